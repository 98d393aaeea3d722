import { join } from 'node:path';
import { HoldfastError, isId } from '#kernel';
import { objectPath } from '../object-path.ts';

/** Where the file of an object lies on a tier. Files from before objects were sealed are named by their hash. */
export function objectFile(root: string, organisationId: string, fileName: string): string {
  if (!isId(fileName)) return objectPath(root, organisationId, fileName);
  if (!isId(organisationId))
    throw new HoldfastError('STORAGE_NAME_INVALID', { kind: 'bug', message: `${organisationId}/${fileName} names no object.` });
  // The end of a time-ordered id is random; its beginning would put all of a month into one folder.
  return join(root, organisationId, fileName.slice(-2), fileName.slice(-4, -2), fileName);
}

/** A copy in the making, beside its final name: the journal knows it by the id of its move. */
export function partName(moveId: string): string {
  return `.hf-${moveId}.part`;
}

/** The move that a file in the making belongs to; undefined where it is none. */
export function moveOfPart(name: string): string | undefined {
  const id = /^\.hf-([0-9a-f-]{36})\.part$/.exec(name)?.[1];
  return id && isId(id) ? id : undefined;
}
