import { useQuery } from '@tanstack/react-query';
import { Gavel, Hourglass } from 'lucide-react';
import { assetRetentionQuery } from '../api/retention-queries.ts';
import type { Asset } from '../api/types.ts';
import { formatDay } from '../lib/format.ts';
import styles from './retention-note.module.css';

/** Who forbids that the asset is deleted, or when it is gone for good. Nothing where neither is known. */
export function RetentionNote({ asset }: { asset: Asset }) {
  const { data } = useQuery(assetRetentionQuery(asset.id));
  if (!data || (data.holds.length === 0 && !data.due && !data.held)) return null;
  return (
    <ul className={styles.notes} aria-label="How long it is kept">
      {data.holds.map((hold) => (
        <li key={hold.id}>
          <Gavel size={14} aria-hidden />
          <span>
            Held by <strong>{hold.name}</strong>, placed by {hold.placedBy} on {formatDay(hold.placedAt)}: {hold.reason}
          </span>
        </li>
      ))}
      {data.held && data.holds.length === 0 && (
        <li>
          <Gavel size={14} aria-hidden />
          <span>Some of its bytes are under a legal hold.</span>
        </li>
      )}
      {data.due && (
        <li>
          <Hourglass size={14} aria-hidden />
          <span>
            {data.held
              ? `Its time is up on ${formatDay(data.due.at)}; it stays for as long as it is held.`
              : `Gone for good on ${formatDay(data.due.at)}.`}
          </span>
        </li>
      )}
    </ul>
  );
}
