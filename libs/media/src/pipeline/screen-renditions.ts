import type { Rendition } from '../parsers/index.ts';
import type { MadeRendition } from './picture-store.ts';
import type { RenditionKind } from './rendition.repository.ts';

const kinds: Record<number, RenditionKind> = { 250: 'thumbnail', 1440: 'preview' };

/** The pictures for the screen that a decode gives, told apart by their longest edge. */
export function screenRenditions(renditions: readonly Rendition[]): MadeRendition[] {
  return renditions.flatMap(({ edge, bytes, mediaType, width, height }) => {
    const kind = kinds[edge];
    return kind ? [{ kind, position: 0, bytes, mediaType, width, height }] : [];
  });
}
