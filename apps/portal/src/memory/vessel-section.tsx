import type { CSSProperties } from 'react';
import type { Memory } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import { LiveMark } from '../reading/live-mark.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './memory.module.css';
import { type MemoryPart, partsInUse } from './memory-shape.ts';
import { memoryText } from './memory-words.ts';

const partWords = { others: 'nobody declared', free: 'can be had' };

/** All memory of the machine as one vessel: who takes how much of it now. */
export function VesselSection({ memory, readAtMs, failed }: { memory: Memory; readAtMs: number; failed: boolean }) {
  const parts = partsInUse(memory)?.filter(({ mb }) => mb > 0);
  const whole = memory.machine.totalMb ?? 1;
  return (
    <Section title="In use" aside={<LiveMark readAtMs={readAtMs} failed={failed} />}>
      <div className={page.card}>
        {parts ? (
          <>
            <div className={styles.vessel} aria-hidden>
              {parts.map((part) => (
                <div
                  key={part.id}
                  data-kind={part.kind}
                  style={{ inlineSize: `${(100 * part.mb) / whole}%`, '--colour': colourOf(part) } as CSSProperties}
                />
              ))}
            </div>
            <ul className={styles.legend} aria-label="Who takes how much now">
              {parts.map((part) => (
                <li key={part.id}>
                  <span
                    className={styles.swatch}
                    data-kind={part.kind}
                    style={{ '--colour': colourOf(part) } as CSSProperties}
                    aria-hidden
                  />
                  {part.kind === 'workload' ? part.id : partWords[part.kind]} <strong>{memoryText(part.mb)}</strong>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <p>The machine does not say how much memory it has.</p>
        )}
        {memory.liveProblem && (
          <div className={styles.remark}>
            <Notice>What single workloads take is not known: {memory.liveProblem}</Notice>
          </div>
        )}
      </div>
    </Section>
  );
}

function colourOf({ id, kind }: MemoryPart): string {
  return kind === 'workload' ? workloadColour(id) : workloadColour(undefined);
}
