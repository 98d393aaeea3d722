import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { asHoldfastError, HoldfastError } from '#kernel';
import { type Appliance, checkManifest, type Manifest, profileFolder } from '#manifest';
import { findOsUser } from '#supervisor';
import { canonicalJson } from './domain/canonical-json.ts';
import { sha256Of } from './domain/generation-record.ts';
import { generationError } from './generation-error.ts';

/** Where a manifest, its profiles, its generations and their key lie. */
export interface ManifestPlace {
  file: string;
  profiles: string;
  repository: string;
  secrets: string;
  home: string;
  /** The git to run: /usr/bin/git unless a test says otherwise. */
  git?: string;
}

/** Where those of an appliance lie; a manifest that is a link is followed, so that the link stays. */
export function placeOf(appliance: Appliance): ManifestPlace {
  const { manifestFile: named, checkout, generations: repository, paths, home } = appliance;
  const file = statSync(named, { throwIfNoEntry: false }) ? realpathSync(named) : named;
  return {
    file,
    profiles: profileFolder(checkout),
    repository,
    secrets: paths.secrets,
    home,
  };
}

/** A text that describes an appliance, and what it says with its profile. */
export interface CheckedText {
  text: string;
  sha256: string;
  manifest: Manifest;
  /** Canonical JSON of the manifest with its profile. */
  resolved: string;
}

/** Checks a text as the manifest. Throws MANIFEST_UNREADABLE or MANIFEST_INVALID with file, line, key and value. */
export function checkText({ file, profiles }: ManifestPlace, text: string): CheckedText {
  const manifest = checkManifest(file, text, profiles);
  return { text, sha256: sha256Of(text), manifest, resolved: canonicalJson(manifest) };
}

/** What a text has wrong, in words; nothing when it describes an appliance. */
export function problemsOfText(place: ManifestPlace, text: string): string[] {
  try {
    checkText(place, text);
    return [];
  } catch (thrown) {
    const error = asHoldfastError(thrown);
    if (!(thrown instanceof HoldfastError)) throw thrown;
    return (error.values.problems as string[] | undefined) ?? [error.message];
  }
}

/** The text of the manifest; undefined when there is no such file. Throws MANIFEST_UNREADABLE. */
export function readManifestText({ file }: ManifestPlace): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HoldfastError('MANIFEST_UNREADABLE', {
      kind: 'invalid',
      message: `${file} cannot be read: ${(cause as Error).message}`,
      action: 'Run the command as the owner of the file, or with sudo.',
      cause,
    });
  }
}

/** When the file was last written and whom it belongs to: hints, since both can be set. */
export function traceOf({ file }: ManifestPlace): { changedAt: string; owner: string } | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && { changedAt: found.mtime.toISOString(), owner: nameOf(found.uid) };
}

/**
 * Why this process cannot replace the manifest; undefined where it can. A file is replaced by renaming, so its folder is what counts; and it
 * keeps its owner, which only root can do for others.
 */
export function whyNotWritable({ file }: ManifestPlace): string | undefined {
  const ownerOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.uid;
  const own = process.getuid?.() ?? 0;
  const owner = ownerOf(file);
  if (own !== 0 && owner !== undefined && owner !== own)
    return `${file} belongs to ${nameOf(owner)}, and the appliance runs as ${nameOf(own)}: only its owner or root may change it.`;
  const folder = dirname(file);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    const belongs = ownerOf(folder);
    return `${folder} may not be written by ${nameOf(own)}, which the appliance runs as${belongs === undefined ? '' : `; it belongs to ${nameOf(belongs)}`}.`;
  }
}

function nameOf(uid: number): string {
  return findOsUser(String(uid))?.name ?? String(uid);
}

/** What a failed write of the manifest means. */
export function asWriteError({ file }: ManifestPlace, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof HoldfastError || code === undefined) return error;
  const what = ['EACCES', 'EPERM', 'EROFS'].includes(code) ? `${dirname(file)} may not be written by you` : message;
  return generationError('CONFIG_FILE_UNWRITABLE', `${file} was not changed: ${what}.`, error);
}
