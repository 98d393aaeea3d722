import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { memo, useState } from 'react';
import type { Tag } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import styles from './tags.module.css';

const pageSize = 240;

export type TagQuestion = { about: 'rename' | 'delete'; tag: Tag };

/** Tags with how many assets carry each, as a number and as a line against the most used one. */
export function TagList({ tags, most, onAsk }: { tags: readonly Tag[]; most: number; onAsk: (question: TagQuestion) => void }) {
  const [upTo, setUpTo] = useState(pageSize);
  const refusal = useNeeds()('tag.update', 'change tags');
  const shown = tags.slice(0, upTo);
  return (
    <>
      <ul className={styles.tags} aria-label="Tags">
        {shown.map((tag) => (
          <TagRow key={tag.id} tag={tag} share={most > 0 ? tag.assets / most : 0} refusal={refusal} onAsk={onAsk} />
        ))}
      </ul>
      {tags.length > upTo && (
        <div className={styles.more}>
          <Button onPress={() => setUpTo(upTo + pageSize)}>Show more</Button>
          <span>
            {formatCount(upTo)} of {formatCounted(tags.length, 'tag')} shown
          </span>
        </div>
      )}
    </>
  );
}

const TagRow = memo(function TagRow({
  tag,
  share,
  refusal,
  onAsk,
}: {
  tag: Tag;
  share: number;
  refusal: string | false;
  onAsk: (question: TagQuestion) => void;
}) {
  return (
    <li className={styles.tag}>
      <Link to="/" search={{ tag: tag.id }} className={styles.link}>
        <span className={styles.name}>{tag.name}</span>
        <span className={styles.count} data-none={tag.assets === 0 ? '' : undefined}>
          {formatCount(tag.assets)}
          <span className="seen-by-readers-only"> {tag.assets === 1 ? 'asset' : 'assets'}</span>
        </span>
      </Link>
      <span className={styles.share} style={{ inlineSize: `${share * 100}%` }} aria-hidden />
      <Menu
        label={`Actions for ${tag.name}`}
        trigger={<IconButton small label={`Actions for ${tag.name}`} icon={Ellipsis} hintPlacement="left" />}
      >
        <MenuItem icon={Pencil} disabledBecause={refusal} onAction={() => onAsk({ about: 'rename', tag })}>
          Rename…
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger disabledBecause={refusal} onAction={() => onAsk({ about: 'delete', tag })}>
          Delete…
        </MenuItem>
      </Menu>
    </li>
  );
});
