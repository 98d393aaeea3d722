import { useQuery } from '@tanstack/react-query';
import { trashQuery } from '../api/retention-queries.ts';
import { formatCounted, formatDay } from '../lib/format.ts';
import styles from './library-page.module.css';

/** How long what is in the trash stays there. */
export function TrashNote() {
  const { data } = useQuery(trashQuery);
  if (!data || data.assets === 0) return null;
  const stays =
    data.keepDays === null
      ? 'What is here stays until the trash is emptied.'
      : `What is here is gone for good ${formatCounted(data.keepDays, 'day')} after it was put here`;
  const first =
    data.firstAt && data.keepDays !== null
      ? `, the first of it on ${formatDay(data.firstAt)}.`
      : data.keepDays === null
        ? ''
        : '.';
  const held = data.heldAssets > 0 ? ` ${formatCounted(data.heldAssets, 'asset')} under legal holds stay.` : '';
  return (
    <p className={styles.trashNote} role="note">
      {stays}
      {first}
      {held}
    </p>
  );
}
