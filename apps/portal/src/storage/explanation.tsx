import type { Explanation } from '../api/types.ts';
import { formatAgo, formatBytes, formatMoment, formatSpan } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Badge } from '../ui/marks.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './explanation.module.css';
import { FromTo } from './from-to.tsx';
import { moveStateWords, ruleWords } from './storage-words.ts';

/** Where an object lies, since when and why, and which rule moves it next. The sentences are the appliance's own. */
export function ExplanationView({ explanation }: { explanation: Explanation }) {
  const { tier, placedAt, usedAt, idleHours, recentReads, verifiedAt, damage, why } = explanation;
  return (
    <div className={styles.explanation}>
      {damage && <Notice tone="bad">{damage}</Notice>}
      <p className={styles.where}>
        <strong>{tier}</strong> <span className={page.faint}>since {formatMoment(placedAt)}</span>
      </p>
      <Wishes explanation={explanation} />
      <ul className={styles.why} aria-label="Why it lies there">
        {why.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Next next={explanation.next} />
      <dl className={styles.facts}>
        <dt>Size on disk</dt>
        <dd>{formatBytes(explanation.bytes)}</dd>
        <dt>Last used</dt>
        <dd>
          <time dateTime={usedAt} title={formatMoment(usedAt)}>
            {formatSpan(idleHours * 3_600_000)} ago
          </time>
          {recentReads > 0 && `, read ${recentReads === 1 ? 'once' : `${recentReads} times`} lately`}
        </dd>
        <dt>Read back</dt>
        <dd>{verifiedAt ? formatAgo(verifiedAt) : 'not since it was stored'}</dd>
        <dt>Object</dt>
        <dd>
          <code>{explanation.objectId}</code>
        </dd>
      </dl>
      <History history={explanation.history} />
    </div>
  );
}

function Wishes({ explanation: { pinnedTier, neverMove, held } }: { explanation: Explanation }) {
  if (!pinnedTier && !neverMove && !held) return null;
  return (
    <p className={styles.wishes}>
      {pinnedTier && <Badge tone="accent">Pinned to {pinnedTier}</Badge>}
      {neverMove && <Badge tone="accent">Never moved</Badge>}
      {held && <Badge tone="warn">Held: never deleted</Badge>}
    </p>
  );
}

function Next({ next }: { next: Explanation['next'] }) {
  return (
    <div className={styles.next}>
      <h3>Next</h3>
      {next ? (
        <>
          <p>
            <Badge tone={ruleWords[next.rule].tone}>{ruleWords[next.rule].word}</Badge> {next.sentence}
          </p>
          {next.dueAt && <p className={page.faint}>From {formatMoment(next.dueAt)} on.</p>}
        </>
      ) : (
        <p>No rule moves it.</p>
      )}
    </div>
  );
}

function History({ history }: { history: Explanation['history'] }) {
  if (history.length === 0) return null;
  return (
    <div className={styles.history}>
      <h3>Its moves</h3>
      <ul>
        {history.map((move) => (
          <li key={move.id}>
            <FromTo from={move.from} to={move.to} />
            <span className={styles.historyReason}>{move.error?.message ?? move.reason}</span>
            <Badge tone={moveStateWords[move.state].tone}>{moveStateWords[move.state].word}</Badge>
            <span className={page.faint}>{formatAgo(move.endedAt ?? move.plannedAt)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
