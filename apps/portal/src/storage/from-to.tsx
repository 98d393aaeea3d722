import { ArrowRight } from 'lucide-react';
import styles from './plan.module.css';

/** A direction between tiers: hot → warm. */
export function FromTo({ from, to }: { from: string; to: string }) {
  return (
    <span className={styles.fromTo}>
      {from}
      <ArrowRight role="img" aria-label="to" />
      {to}
    </span>
  );
}
