import { Link } from '@tanstack/react-router';
import { Ellipsis, Eraser, Pencil, Trash2 } from 'lucide-react';
import type { Collection } from '../api/types.ts';
import { formatAgo, formatCounted, formatMoment } from '../lib/format.ts';
import { useCan, useNeeds } from '../session/session.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import styles from './collections.module.css';
import { Cover } from './cover.tsx';

export type CollectionQuestion = { about: 'edit' | 'delete' | 'erase'; collection: Collection };

/** One collection: its pictures, its name, how much is in it and when it last changed. */
export function CollectionCard({
  collection,
  onAsk,
}: {
  collection: Collection;
  onAsk: (question: CollectionQuestion) => void;
}) {
  return (
    <li className={styles.cardBox}>
      <Link to="/collections/$collectionId" params={{ collectionId: collection.id }} className={styles.card}>
        <Cover collection={collection} />
        <span className={styles.words}>
          <strong className={styles.name}>{collection.name}</strong>
          <span className={styles.facts}>
            {formatCounted(collection.assets, 'asset')}
            <time dateTime={collection.updatedAt} title={formatMoment(collection.updatedAt)}>
              {formatAgo(collection.updatedAt)}
            </time>
          </span>
          {collection.description && <span className={styles.description}>{collection.description}</span>}
        </span>
      </Link>
      <span className={styles.cardMenu}>
        <CollectionMenu collection={collection} onAsk={onAsk} />
      </span>
    </li>
  );
}

/** What can be done with a collection as a whole. */
export function CollectionMenu({
  collection,
  onAsk,
}: {
  collection: Collection;
  onAsk: (question: CollectionQuestion) => void;
}) {
  const refusal = useNeeds()('collection.update', 'change collections');
  const can = useCan();
  const label = `Actions for ${collection.name}`;
  return (
    <Menu label={label} trigger={<IconButton label={label} icon={Ellipsis} hintPlacement="left" />}>
      <MenuItem icon={Pencil} disabledBecause={refusal} onAction={() => onAsk({ about: 'edit', collection })}>
        Name and description…
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Trash2} danger disabledBecause={refusal} onAction={() => onAsk({ about: 'delete', collection })}>
        Delete the collection…
      </MenuItem>
      {can('erasure.update') && (
        <MenuItem icon={Eraser} danger onAction={() => onAsk({ about: 'erase', collection })}>
          Erase all that is in it…
        </MenuItem>
      )}
    </Menu>
  );
}
