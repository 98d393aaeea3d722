import type { SealContext } from '#sealed-object';

/** What the file of an object is sealed as. A file is never changed, so its id names the object and its version at once. */
export function sealContextOf({ organisationId, id }: { organisationId: string; id: string }): SealContext {
  return { organisationId, objectId: id, version: 1 };
}
