import { readFile } from 'node:fs/promises';
import type { HoverStrip, VideoAnalysis } from '../parsers/index.ts';
import { qualityOf } from './domain/picture-facts.ts';
import type { LookPart } from './picture-look.ts';
import type { MadeRendition } from './picture-store.ts';
import type { SegmentRow } from './segment.repository.ts';

/** The pictures that stand for a video as a whole: its best frame in two sizes, and the strip for scrubbing. */
export async function videoRenditions({ poster, posterSeconds, hoverStrip }: VideoAnalysis): Promise<MadeRendition[]> {
  const still = poster.renditions.map(({ edge, bytes, mediaType, width, height }) => ({
    kind: edge === 250 ? ('thumbnail' as const) : ('poster' as const),
    position: 0,
    bytes,
    mediaType,
    width,
    height,
    detail: { atSeconds: posterSeconds },
  }));
  return hoverStrip ? [...still, await stripRendition(hoverStrip)] : still;
}

async function stripRendition({
  file,
  columns,
  rows,
  tileWidth,
  tileHeight,
  startSeconds,
}: HoverStrip): Promise<MadeRendition> {
  return {
    kind: 'hover-strip',
    position: 0,
    bytes: await readFile(file),
    mediaType: 'image/webp',
    width: columns * tileWidth,
    height: rows * tileHeight,
    detail: { columns, rows, tileWidth, tileHeight, times: startSeconds },
  };
}

/** The picture of every shot. */
export function shotRenditions({ shots }: VideoAnalysis): MadeRendition[] {
  return shots.flatMap(({ index, startSeconds, frameSeconds, frame }) =>
    frame.renditions.slice(0, 1).map(({ bytes, mediaType, width, height }) => ({
      kind: 'shot' as const,
      position: index,
      bytes,
      mediaType,
      width,
      height,
      detail: { startSeconds, atSeconds: frameSeconds },
    })),
  );
}

/** The shots as rows. */
export function shotSegments({ shots }: VideoAnalysis): SegmentRow[] {
  return shots.map(({ index, startSeconds, endSeconds, frame }) => ({
    position: index,
    startSeconds,
    endSeconds,
    score: frame.quality.score,
    colours: frame.colours,
    quality: qualityOf(frame.quality),
  }));
}

/** What the models are shown: the poster for the whole, then every shot. */
export function videoParts({ poster, posterSeconds, shots }: VideoAnalysis): LookPart[] {
  const whole = { part: 0, atSeconds: posterSeconds, tensors: poster.tensors };
  return [
    whole,
    ...shots.map(({ index, startSeconds, frame }) => ({ part: index + 1, atSeconds: startSeconds, tensors: frame.tensors })),
  ];
}
