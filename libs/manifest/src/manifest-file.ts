import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { HoldfastError } from '#kernel';
import { type Manifest, manifestSchema, profiles } from './manifest.schema.ts';
import { type ManifestMistake, remedyForUnknown, remedyForValue, sayMistake, showValue } from './manifest-mistake.ts';

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
 * MANIFEST_UNREADABLE, or MANIFEST_INVALID with the file, line, key and value of everything that does not fit; `values.mistakes` has them one by one.
 */
export function readManifest(file: string, profileFolder: string): Manifest {
  return checkManifest(file, readText(file), profileFolder);
}

/** Reads a text as the manifest that the file would be if it held it; the same throws, with lines of the text. */
export function checkManifest(file: string, text: string, profileFolder: string): Manifest {
  const own = readYaml(file, text);
  if (!isRecord(own.value))
    throw invalid([{ ...whole(file), message: `is no list of keys and values; begin with profile: ${profiles[0]}` }]);
  const { profile } = own.value;
  if (!profiles.some((known) => known === profile)) throw invalid([unknownProfile(own, profile)]);
  const profileFile = join(profileFolder, `${profile}.yaml`);
  const base = readYaml(profileFile, readText(profileFile));
  const result = manifestSchema.safeParse(overlay(base.value, own.value));
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => mistakesOf(issue, [own, base])));
}

function mistakesOf(issue: z.core.$ZodIssue, files: readonly YamlFile[]): ManifestMistake[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => describe(files, [...path, key], message, remedyForUnknown(path, key)));
  const isMissing = files.every((file) => valueAt(file, path) === undefined);
  return [describe(files, path, message, remedyForValue(path, isMissing))];
}

function unknownProfile(own: YamlFile, profile: unknown): ManifestMistake {
  const line = lineOf(own, ['profile']) ?? null;
  const message = `profile is ${showValue(profile)}; there are ${profiles.join(', ')}`;
  return { ...whole(own.file), line, message };
}

function whole(file: string): ManifestMistake {
  return { file, line: null, key: '', value: null, message: '', remedy: null };
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
  const { message } = cause as Error;
  const line = cause instanceof YAMLParseError ? (cause.linePos?.[0].line ?? null) : null;
  return new HoldfastError('MANIFEST_UNREADABLE', {
    kind: 'invalid',
    message: `${file} cannot be read: ${message}`,
    action: 'Restore the file, or point HOLDFAST_MANIFEST at another.',
    values: { mistakes: [{ ...whole(file), line, message: message.split('\n')[0] ?? message }] },
    cause,
  });
}

/** One mistake: in which file and line, which key, which value, and what would fit. */
function describe(files: readonly YamlFile[], path: Path, message: string, remedy: string | null): ManifestMistake {
  const found = files.map((file) => ({ file: file.file, line: lineOf(file, path) })).find(({ line }) => line !== undefined);
  const value = files.map((file) => valueAt(file, path)).find((one) => one !== undefined);
  const place = { file: found?.file ?? (files[0] as YamlFile).file, line: found?.line ?? null };
  return { ...place, key: path.map(String).join('.'), value: value === undefined ? null : showValue(value), message, remedy };
}

/** The line of a key, or of the nearest one above it that the file has. */
function lineOf({ document, lines }: YamlFile, path: Path): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function valueAt({ value }: YamlFile, path: Path): unknown {
  return path.reduce<unknown>((within, key) => (within as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(mistakes: ManifestMistake[]): HoldfastError {
  const problems = mistakes.map(sayMistake);
  return new HoldfastError('MANIFEST_INVALID', {
    kind: 'invalid',
    message: `The manifest does not describe an appliance: ${problems.join('; ')}`,
    action: 'Correct the named values; config/appliance.schema.json describes them all.',
    values: { problems, mistakes },
  });
}
