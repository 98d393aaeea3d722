import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { HoldfastError } from '#kernel';
import { type Manifest, manifestSchema, profiles } from './manifest.schema.ts';

type Path = readonly PropertyKey[];

/** A YAML file that was read, and where in it things stand. */
interface YamlFile {
  file: string;
  value: unknown;
  document: Document;
  lines: LineCounter;
}

/**
 * Reads a manifest: the profile that it names, with what the file itself says in its place (values one by one, lists as a whole). Throws
 * MANIFEST_UNREADABLE, or MANIFEST_INVALID with the file, line, key and value of everything that does not fit.
 */
export function readManifest(file: string, profileFolder: string): Manifest {
  return checkManifest(file, readText(file), profileFolder);
}

/** Reads a text as the manifest that the file would be if it held it; the same throws, with lines of the text. */
export function checkManifest(file: string, text: string, profileFolder: string): Manifest {
  const own = readYaml(file, text);
  if (!isRecord(own.value)) throw invalid([`${file}: is no list of keys and values; begin with profile: ${profiles[0]}`]);
  const { profile } = own.value;
  if (!profiles.some((known) => known === profile))
    throw invalid([`${placeOf(own, ['profile']) ?? file}: profile is ${show(profile)}; there are ${profiles.join(', ')}`]);
  const profileFile = join(profileFolder, `${profile}.yaml`);
  const base = readYaml(profileFile, readText(profileFile));
  const result = manifestSchema.safeParse(overlay(base.value, own.value));
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.flatMap((issue) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      return unknown.map((path) => describe([own, base], path, issue.message));
    }),
  );
}

/** What stands above in place of what stands below; lists are replaced, never mixed. */
function overlay(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above === undefined ? below : above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, overlay(below[key], above[key])]));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function readYaml(file: string, text: string): YamlFile {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [error] = document.errors;
    if (error) throw error;
    return { file, value: document.toJS({ maxAliasCount: 0 }), document, lines };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): HoldfastError {
  return new HoldfastError('MANIFEST_UNREADABLE', {
    kind: 'invalid',
    message: `${file} cannot be read: ${(cause as Error).message}`,
    action: 'Restore the file, or point HOLDFAST_MANIFEST at another.',
    cause,
  });
}

/** One problem in words: in which file and line, which key, which value, and what would fit. */
function describe(files: readonly YamlFile[], path: Path, message: string): string {
  const place = files.map((file) => placeOf(file, path)).find((found) => found !== undefined) ?? (files[0] as YamlFile).file;
  const value = files.map((file) => valueAt(file, path)).find((found) => found !== undefined);
  const key = path.map(String).join('.');
  return `${place}: ${key === '' ? '' : `${key}${value === undefined ? '' : ` is ${show(value)}`}: `}${message}`;
}

/** `FILE:LINE` of a key, or of the nearest one above it that the file has. */
function placeOf({ file, document, lines }: YamlFile, path: Path): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}`;
  }
  return undefined;
}

function valueAt({ value }: YamlFile, path: Path): unknown {
  return path.reduce<unknown>((within, key) => (within as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problems: string[]): HoldfastError {
  return new HoldfastError('MANIFEST_INVALID', {
    kind: 'invalid',
    message: `The manifest does not describe an appliance: ${problems.join('; ')}`,
    action: 'Correct the named values; config/appliance.schema.json describes them all.',
    values: { problems },
  });
}
