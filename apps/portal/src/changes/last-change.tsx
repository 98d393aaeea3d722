import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { historyPages } from '../api/reconcile-queries.ts';
import { formatAgo } from '../lib/format.ts';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Badge } from '../ui/marks.tsx';
import { changesText, outcomeWords } from './change-words.ts';
import styles from './history.module.css';

/** The newest change of a domain, how it ended and why; nothing where there was none yet. */
export function LastChange({ domain }: { domain: string }) {
  const now = useNow(20_000);
  const { data } = useInfiniteQuery(historyPages(domain));
  const last = data?.pages[0]?.generations[0];
  if (!last) return null;
  const outcome = outcomeWords[last.outcome];
  return (
    <Section
      title="Last change"
      aside={
        <Link to="/box/history" search={{ domain }} className={styles.all}>
          All changes
        </Link>
      }
    >
      <div className={page.card}>
        <p className={styles.last}>
          <Badge tone={outcome.tone}>{outcome.title}</Badge>
          <span>
            {last.generation !== null && <strong>Generation {last.generation}, </strong>}
            {formatAgo(last.at, now)} by {last.by}
          </span>
        </p>
        <p className={styles.what}>{changesText(last.changes)}</p>
        {last.reason && <p className={styles.what}>{last.reason}</p>}
      </div>
    </Section>
  );
}
