import { join } from 'node:path';
import { HoldfastError, isId } from '#kernel';

const sha256Pattern = /^[0-9a-f]{64}$/;

/**
 * Where a file lies on a tier: two levels of 256 folders keep each small at a hundred million objects. Its name is the object's id, whose last
 * digits are random, or (from before objects were sealed) its SHA-256. Nothing outside this library may know.
 */
export function objectPath(root: string, organisationId: string, name: string): string {
  const isPlain = sha256Pattern.test(name);
  if (!isId(organisationId) || !(isPlain || isId(name)))
    throw new HoldfastError('STORAGE_NAME_INVALID', { kind: 'bug', message: `${organisationId}/${name} names no object.` });
  const [first, second] = isPlain ? [name.slice(0, 2), name.slice(2, 4)] : [name.slice(-2), name.slice(-4, -2)];
  return join(root, organisationId, first, second, name);
}

/** Throws STORAGE_NAME_INVALID for what is no SHA-256 in lower-case hexadecimal. */
export function requireSha256(text: string): void {
  if (sha256Pattern.test(text)) return;
  throw new HoldfastError('STORAGE_NAME_INVALID', { kind: 'bug', message: `${text} names no object.` });
}
