import { useQuery } from '@tanstack/react-query';
import { storageProblemsQuery } from '../api/storage-queries.ts';
import type { StorageProblems } from '../api/types.ts';
import { formatBytes, formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/marks.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './plan.module.css';

/** What is damaged or missing, and files that nobody knows. Only there while there is something. */
export function ProblemSection({ onExplain }: { onExplain: (objectId: string) => void }) {
  const query = useQuery(storageProblemsQuery);
  if (query.data && query.data.damaged.length + query.data.stray.length === 0) return null;
  return (
    <Section
      title="Needs a look"
      aside={query.data && query.data.damaged.length > 0 && <Badge tone="bad">{query.data.damaged.length}</Badge>}
    >
      <Reading
        query={query}
        what="damaged objects"
        failed="What is damaged could not be read"
        skeleton={<Skeleton height={72} style={{ borderRadius: 10 }} />}
        compact
      >
        {(problems) => <Problems problems={problems} onExplain={onExplain} />}
      </Reading>
    </Section>
  );
}

function Problems({ problems, onExplain }: { problems: StorageProblems; onExplain: (objectId: string) => void }) {
  return (
    <ul className={classNames(page.card, styles.problems)}>
      {problems.damaged.map(({ objectId, tier, bytes, damage }) => (
        <li key={objectId}>
          <Badge tone="bad">Damaged</Badge>
          <span className={styles.problemWords}>
            {damage}{' '}
            <span className={page.faint}>
              {formatBytes(bytes)} on {tier}
            </span>
          </span>
          <Button small onPress={() => onExplain(objectId)}>
            Explain
          </Button>
        </li>
      ))}
      {problems.stray.map(({ tier, kind, files, bytes }) => (
        <li key={`${tier} ${kind}`}>
          <Badge>Unknown files</Badge>
          <span className={styles.problemWords}>
            {formatCounted(files, 'file')} on {tier} that no row knows ({kind}), {formatBytes(bytes)}. Nothing deletes them by
            itself; <code>./holdfast tiers scrub</code> lists them.
          </span>
        </li>
      ))}
    </ul>
  );
}
