import type { CSSProperties } from 'react';
import type { Memory, MemoryShare } from '../api/types.ts';
import { TrialActions } from '../changes/trial-actions.tsx';
import type { TriedValues } from '../changes/tried-values.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { LimitField } from './limit-field.tsx';
import styles from './memory.module.css';
import { type Limit, limitsOf, scaleOf } from './memory-shape.ts';
import { eventsText, limitWords, memoryText } from './memory-words.ts';

/** The limits of each workload on one scale, with what it takes now; to be tried otherwise before anything is put in force. */
export function LimitsSection({
  memory,
  tried,
  onTry,
  onReset,
  applyRefusal,
  onApply,
}: {
  memory: Memory;
  tried: TriedValues;
  onTry: (key: string, mb: number) => void;
  onReset: () => void;
  applyRefusal: string | false;
  onApply: () => void;
}) {
  const scale = scaleOf(memory, tried);
  const isChanged = Object.keys(tried).length > 0;
  return (
    <Section
      title="Limits"
      aside={
        <TrialActions what="limits" isChanged={isChanged} onReset={onReset} applyRefusal={applyRefusal} onApply={onApply} />
      }
    >
      <div className={page.card}>
        <ul className={styles.key} aria-label="What the marks mean">
          {(['memoryMinMb', 'memoryHighMb', 'memoryMaxMb'] as const).map((kind) => (
            <li key={kind} title={limitWords[kind].means}>
              <span className={styles.keyMark} data-kind={kind} aria-hidden />
              {limitWords[kind].title.toLowerCase()}
            </li>
          ))}
          <li>
            <span className={styles.keyMark} data-kind="use" aria-hidden />
            taken now
          </li>
          <li className={styles.scale}>the whole width is {memoryText(scale)}</li>
        </ul>
        <ul>
          {memory.workloads
            .filter((share) => share.class !== 'reserve')
            .map((share) => (
              <Workload key={share.id} share={share} limits={limitsOf(share, tried)} scale={scale} onTry={onTry} />
            ))}
        </ul>
      </div>
    </Section>
  );
}

function Workload({
  share,
  limits,
  scale,
  onTry,
}: {
  share: MemoryShare;
  limits: readonly Limit[];
  scale: number;
  onTry: (key: string, mb: number) => void;
}) {
  const { id, currentMb } = share;
  const events = eventsText(share);
  return (
    <li className={styles.workload} style={{ '--colour': workloadColour(id) } as CSSProperties}>
      <div className={styles.name}>
        <span className={styles.swatch} aria-hidden />
        <strong>{id}</strong>
        <span className={styles.now}>{currentMb === null ? 'use not known' : `${memoryText(currentMb)} now`}</span>
        {events && <span className={styles.events}>{events}</span>}
      </div>
      <Gauge limits={limits} currentMb={currentMb} scale={scale} />
      <div className={styles.fields}>
        {limits.map((limit) => (
          <LimitField key={limit.key} id={id} limit={limit} onTry={(mb) => onTry(limit.key, mb)} />
        ))}
      </div>
    </li>
  );
}

/** The limits as marks on a bar, the guarantee as a band, what is taken now as its filling. */
function Gauge({ limits, currentMb, scale }: { limits: readonly Limit[]; currentMb: number | null; scale: number }) {
  const at = (mb: number) => `${Math.min(100, (100 * mb) / scale)}%`;
  const most = limits.find(({ kind, mb }) => kind === 'memoryMaxMb' && mb !== null)?.mb;
  return (
    <div className={styles.gauge} aria-hidden>
      {most !== undefined && most !== null && <span className={styles.beyond} style={{ insetInlineStart: at(most) }} />}
      {limits.map(
        ({ kind, mb }) =>
          mb !== null &&
          (kind === 'memoryMinMb' ? (
            <span key={kind} className={styles.band} style={{ inlineSize: at(mb) }} />
          ) : (
            <span key={kind} className={styles.mark} data-kind={kind} style={{ insetInlineStart: at(mb) }} />
          )),
      )}
      {currentMb !== null && <span className={styles.use} style={{ inlineSize: at(currentMb) }} />}
    </div>
  );
}
