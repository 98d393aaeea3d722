import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { coreProposalQuery } from '../api/cores-queries.ts';
import type { CoreProposal } from '../api/types.ts';
import { formatCount, formatMoment } from '../lib/format.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './proposal.module.css';
import { busyHours, tightInWords } from './proposal-words.ts';

/** Other budgets that the measured load suggests, with the evidence; nothing is applied by it. */
export function ProposalSection({ onTry }: { onTry: (threads: Record<string, number>) => void }) {
  const query = useQuery(coreProposalQuery);
  return (
    <Section title="From the measured load">
      <div className={page.card}>
        <Reading
          query={query}
          what="what the load suggests"
          failed="What the load suggests could not be read"
          skeleton={<Skeleton height={96} />}
          compact
        >
          {(found) => <Found found={found} onTry={onTry} />}
        </Reading>
      </div>
    </Section>
  );
}

function Found({ found, onTry }: { found: CoreProposal; onTry: (threads: Record<string, number>) => void }) {
  const { proposal, nothing, evidence, measuredAt } = found;
  return (
    <>
      {nothing && (
        <p>
          <strong>Nothing is proposed.</strong> {nothing.message}
        </p>
      )}
      {proposal && <Proposed proposal={proposal} onTry={onTry} />}
      {evidence.length > 0 && <Evidence evidence={evidence} />}
      <p className={styles.faint}>
        Tight: a minute with less to spare than the class should have. As measured until {formatMoment(measuredAt)}.
      </p>
    </>
  );
}

function Proposed({
  proposal: { changes, effect, isHeldOut },
  onTry,
}: {
  proposal: NonNullable<CoreProposal['proposal']>;
  onTry: (threads: Record<string, number>) => void;
}) {
  return (
    <div className={styles.proposed}>
      <ul aria-label="Proposed budgets">
        {changes.map(({ id, from, to, because }) => (
          <li key={id}>
            <span className={styles.swatch} style={{ '--colour': workloadColour(id) } as CSSProperties} aria-hidden />
            <span>
              <strong>
                {id} {from} → {to} threads
              </strong>
              , {because}.
            </span>
          </li>
        ))}
      </ul>
      <p>
        {isHeldOut ? 'In the last week, which this was not made from: ' : 'In a week like those measured: '}
        {effect
          .filter(({ tightMinutesBefore, tightMinutesAfter }) => tightMinutesBefore !== tightMinutesAfter)
          .map(tightInWords)
          .join('; ') || 'no tight minute more or fewer'}
        .
      </p>
      <Button onPress={() => onTry(Object.fromEntries(changes.map(({ id, to }) => [id, to])))}>Try these budgets</Button>
    </div>
  );
}

function Evidence({ evidence }: { evidence: CoreProposal['evidence'] }) {
  return (
    <details className={styles.evidence}>
      <summary>What was measured</summary>
      <div className={page.tableBox}>
        <table className={page.table}>
          <caption className="seen-by-readers-only">What each workload used, and what would have been enough</caption>
          <thead>
            <tr>
              <th scope="col">Workload</th>
              {['CPUs, half of the time', '95 of 100', '99 of 100', 'Tight', 'Enough'].map((head) => (
                <th key={head} scope="col" className={page.number}>
                  {head}
                </th>
              ))}
              <th scope="col">Busiest</th>
            </tr>
          </thead>
          <tbody>
            {evidence.map(({ id, p50, p95, p99, tight, needed, busiest }) => (
              <tr key={id}>
                <th scope="row">{id}</th>
                {[p50, p95, p99].map((value, index) => (
                  <td
                    key={['p50', 'p95', 'p99'][index]}
                    data-label={['Half of the time', '95 of 100', '99 of 100'][index]}
                    className={page.number}
                  >
                    {value.toFixed(1)}
                  </td>
                ))}
                <td data-label="Tight" className={page.number}>
                  {(tight * 100).toFixed(1)} %
                </td>
                <td data-label="Enough" className={page.number}>
                  {formatCount(needed)}
                </td>
                <td data-label="Busiest">{busyHours(busiest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
