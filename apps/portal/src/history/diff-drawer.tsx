import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { diffQuery, historyPages } from '../api/reconcile-queries.ts';
import type { GenerationDiff } from '../api/reconcile-types.ts';
import { ChangeList } from '../changes/change-list.tsx';
import { Reading } from '../reading/reading.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './diff.module.css';
import { filesOf } from './diff-files.ts';

/** Two generations beside each other: what changed in words, then line by line in the files of the machine. */
export function DiffDrawer({
  domain,
  compared: [later, earlier],
  onCompare,
  onClose,
}: {
  domain: string;
  compared: [number, number];
  onCompare: (pair: [number, number]) => void;
  onClose: () => void;
}) {
  const query = useQuery(diffQuery(domain, later, earlier));
  const { data } = useInfiniteQuery(historyPages(domain));
  const known = new Set([
    later,
    earlier,
    ...(data?.pages.flatMap(({ generations }) => generations.flatMap((one) => one.generation ?? [])) ?? []),
  ]);
  const options = [...known].sort((a, b) => b - a).map((number) => ({ value: String(number), label: `Generation ${number}` }));
  return (
    <Drawer title={`Generation ${later} against ${earlier}`} open onClose={onClose} width={760}>
      <div className={styles.choice}>
        <SelectField
          small
          label="What is in"
          value={String(later)}
          options={options}
          onChange={(next) => onCompare([Number(next), earlier])}
        />
        <SelectField
          small
          label="against"
          value={String(earlier)}
          options={options}
          onChange={(next) => onCompare([later, Number(next)])}
        />
      </div>
      <Reading
        query={query}
        what="the difference"
        failed="They could not be compared"
        skeleton={<Skeleton height={240} />}
        compact
      >
        {(diff) => <Difference diff={diff} />}
      </Reading>
    </Drawer>
  );
}

function Difference({ diff: { lines, changes } }: { diff: GenerationDiff }) {
  return (
    <div className={styles.difference}>
      <ChangeList label="What changed" changes={changes} />
      {filesOf(lines).map(({ file, lines: own }) => (
        <section key={file} aria-label={file} className={styles.file}>
          <h3>{file}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
          <div className={styles.lines} tabIndex={0} role="group" aria-label={`Lines of ${file}`}>
            {own.map(({ number, kind, text }) => (
              <code key={number} data-kind={kind === '+' ? 'new' : kind === '-' ? 'gone' : undefined}>
                <span aria-hidden>{kind}</span>
                {kind !== ' ' && <span className="seen-by-readers-only">{kind === '+' ? 'new: ' : 'gone: '}</span>}
                {text}
              </code>
            ))}
          </div>
        </section>
      ))}
      {lines.length === 0 && <p className={styles.same}>The files are the same.</p>}
    </div>
  );
}
