import { Layers } from 'lucide-react';
import { useState } from 'react';
import { renditionUrl } from '../api/media.ts';
import type { Collection } from '../api/types.ts';
import styles from './collections.module.css';

/** Up to four pictures of a collection. Decorative: the name stands beneath. */
export function Cover({ collection }: { collection: Collection }) {
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set());
  const shown = collection.covers.filter(({ id }) => !broken.has(id)).slice(0, 4);
  return (
    <span className={styles.cover} data-count={shown.length} aria-hidden>
      {shown.length === 0 && <Layers />}
      {shown.map(({ id, v }) => (
        <img
          key={id}
          src={renditionUrl(id, 'thumbnail', v)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setBroken((before) => new Set([...before, id]))}
        />
      ))}
    </span>
  );
}
