import { Link } from '@tanstack/react-router';
import { File } from 'lucide-react';
import type { AssetKind, ObjectMove } from '../api/types.ts';
import { kindWords } from '../lib/words.ts';
import page from '../shell/page.module.css';
import { kindIcons } from '../ui/thumb.tsx';
import styles from './plan.module.css';

/** The asset that an object is part of, to be looked at; the end of the object's id where nobody knows, or the reader may not. */
export function MovedThing({ asset, objectId }: { asset: ObjectMove['asset']; objectId: string }) {
  if (!asset)
    return (
      <code className={page.faint} title={objectId}>
        {objectId.slice(-8)}
      </code>
    );
  const Icon = kindIcons[asset.kind as AssetKind] ?? File;
  return (
    <span className={styles.thing}>
      <Icon role="img" aria-label={kindWords[asset.kind as AssetKind]?.one ?? asset.kind} />
      <Link to="/assets/$assetId" params={{ assetId: asset.id }} search={{ tab: 'storage' }} title={asset.name}>
        {asset.name}
      </Link>
      {asset.part === 'rendition' && <span className={styles.part}>rendition</span>}
    </span>
  );
}
