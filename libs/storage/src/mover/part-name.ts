import { isId } from '#kernel';

/** A copy in the making, beside its final name: the journal knows it by the id of its move. */
export function partName(moveId: string): string {
  return `.hf-${moveId}.part`;
}

/** The move that a file in the making belongs to; undefined where it is none. */
export function moveOfPart(name: string): string | undefined {
  const id = /^\.hf-([0-9a-f-]{36})\.part$/.exec(name)?.[1];
  return id && isId(id) ? id : undefined;
}
