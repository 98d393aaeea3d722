import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { renditionOf } from '../api/media.ts';
import { assetQuery } from '../api/queries.ts';
import type { Tile } from '../api/types.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import styles from './asset-grid.module.css';
import { frameOfStrip, readStrip } from './strip.ts';

/** Frames of a video under the pointer: moving along the tile moves through the video. */
export function HoverStrip({ tile }: { tile: Pick<Tile, 'id'> }) {
  const rested = useDebounced(true, 120);
  const place = useRef<HTMLSpanElement>(null);
  const [position, setPosition] = useState(0);
  const { data } = useQuery({ ...assetQuery(tile.id), enabled: rested });
  const rendition = data?.renditions.find((candidate) => candidate.kind === 'hover-strip');
  const strip = rendition && readStrip(rendition.detail);
  const source = data && renditionOf(data, 'hover-strip');
  if (!source || !strip) return null;
  const frame = frameOfStrip(strip, position);
  return (
    <span
      ref={place}
      className={styles.strip}
      style={{
        backgroundImage: `url(${source})`,
        backgroundSize: `${strip.columns * 100}% ${strip.rows * 100}%`,
        backgroundPosition: `${frame.x * 100}% ${frame.y * 100}%`,
      }}
      onPointerMove={(event) => {
        const box = place.current?.getBoundingClientRect();
        if (box) setPosition((event.clientX - box.left) / box.width);
      }}
    >
      <span className={styles.stripAt} style={{ width: '100%', transform: `scaleX(${position})` }} />
    </span>
  );
}
