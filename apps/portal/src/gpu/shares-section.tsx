import type { CSSProperties } from 'react';
import type { DeclaredGpu } from '../api/types.ts';
import { TrialActions } from '../changes/trial-actions.tsx';
import type { TriedValues } from '../changes/tried-values.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import styles from './gpu.module.css';
import { ShareField } from './share-field.tsx';
import { numbersOf } from './share-numbers.ts';

/** The shares of all cards in numbers, to be tried otherwise before anything is put in force. */
export function SharesSection({
  declared,
  tried,
  onTry,
  onReset,
  applyRefusal,
  onApply,
}: {
  declared: readonly DeclaredGpu[];
  tried: TriedValues;
  onTry: (key: string, value: number) => void;
  onReset: () => void;
  applyRefusal: string | false;
  onApply: () => void;
}) {
  const isChanged = Object.keys(tried).length > 0;
  return (
    <Section
      title="Shares"
      aside={
        <TrialActions what="shares" isChanged={isChanged} onReset={onReset} applyRefusal={applyRefusal} onApply={onApply} />
      }
    >
      <div className={page.card}>
        <ul className={styles.trials}>
          {declared.flatMap(({ card, shares }, place) =>
            shares.map((share) => (
              <li key={`${card} ${share.workload}`} style={{ '--colour': workloadColour(share.workload) } as CSSProperties}>
                <span className={styles.owner}>
                  <span className={styles.swatch} aria-hidden />
                  <strong>{share.workload}</strong>
                  <span className={styles.most}>of card {card}</span>
                </span>
                <span className={styles.fields}>
                  {numbersOf(share, place, tried).map((number) => (
                    <ShareField
                      key={number.key}
                      workload={declared.length > 1 ? `${share.workload}, card ${card}` : share.workload}
                      number={number}
                      onTry={(value) => onTry(number.key, value)}
                    />
                  ))}
                </span>
              </li>
            )),
          )}
        </ul>
      </div>
    </Section>
  );
}
