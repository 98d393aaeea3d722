import { join } from 'node:path';
import { HoldfastError, isId } from '#kernel';

const sha256Pattern = /^[0-9a-f]{64}$/;

/** Where an object lies: two levels of 256 folders keep each small at a hundred million objects. Nothing outside this library may know. */
export function objectPath(root: string, organisationId: string, sha256: string): string {
  if (!isId(organisationId) || !sha256Pattern.test(sha256))
    throw new HoldfastError('STORAGE_NAME_INVALID', { kind: 'bug', message: `${organisationId}/${sha256} names no object.` });
  return join(root, organisationId, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}
