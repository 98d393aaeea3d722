import { Star } from 'lucide-react';
import styles from './tabs.module.css';

/** A rating of one to five; the same star again takes it off. */
export function Stars({
  rating,
  disabledBecause,
  onRate,
}: {
  rating: number | null;
  disabledBecause: string | false;
  onRate: (rating: number | null) => void;
}) {
  return (
    <div className={styles.stars} role="radiogroup" aria-label="Rating" title={disabledBecause || undefined}>
      {[1, 2, 3, 4, 5].map((value) => (
        <button
          key={value}
          type="button"
          role="radio"
          aria-checked={rating === value}
          aria-label={value === 1 ? '1 star' : `${value} stars`}
          aria-disabled={disabledBecause ? true : undefined}
          className={styles.star}
          data-on={(rating ?? 0) >= value ? '' : undefined}
          onClick={() => !disabledBecause && onRate(rating === value ? null : value)}
        >
          <Star size={16} fill={(rating ?? 0) >= value ? 'currentColor' : 'none'} strokeWidth={1.5} aria-hidden />
        </button>
      ))}
    </div>
  );
}
