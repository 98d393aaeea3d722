import { RotateCcw } from 'lucide-react';
import type { CSSProperties } from 'react';
import type { DeclaredGpu } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import styles from './gpu.module.css';
import type { TriedShares } from './gpu-address.ts';
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
  tried: TriedShares;
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
        <span className={styles.actions}>
          <Button
            small
            kind="quiet"
            icon={RotateCcw}
            disabledBecause={!isChanged && 'These are the declared shares.'}
            onPress={onReset}
          >
            Reset
          </Button>
          <Button small kind="primary" disabledBecause={applyRefusal} onPress={onApply}>
            Apply…
          </Button>
        </span>
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
