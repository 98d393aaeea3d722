import type { CSSProperties, ReactNode } from 'react';
import type { DeclaredGpu, GpuCard } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import { memoryText } from '../memory/memory-words.ts';
import { type Figure, Figures } from '../reading/figures.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './gpu.module.css';
import { type CardPart, cardParts, encoderBudget, type SharedCard } from './gpu-shape.ts';
import { ShareList } from './share-list.tsx';

const partWords: Record<CardPart['kind'], string> = { share: '', reserve: 'given to nobody', rest: 'not shared out' };

/** One card: what it does now, its memory as it is shared out, ceilings, and films that it encodes. */
export function CardSection({ shared: { card, declared }, mark }: { shared: SharedCard; mark: ReactNode }) {
  return (
    <Section title={card ? `Card ${card.index}: ${card.name}` : `Card ${declared?.card}, not in this machine`} aside={mark}>
      {card && <Figures label={`${card.name} at a glance`} figures={figuresOf(card, declared)} />}
      <div className={`${page.card} ${styles.card}`}>
        {!card && (
          <Notice tone="warn">The manifest declares shares of a card that is not there. They take effect once it is.</Notice>
        )}
        {!declared && (
          <Notice>
            Nobody has a share of this card: who comes first takes what it wants. Shares are declared in the section{' '}
            <code>gpu</code> of the manifest.
          </Notice>
        )}
        {card && card.memoryMb !== null && <Vessel card={card} wholeMb={card.memoryMb} declared={declared} />}
        {declared && <ShareList declared={declared} />}
        <Encoder card={card} declared={declared} />
      </div>
    </Section>
  );
}

function figuresOf(card: GpuCard, declared: DeclaredGpu | undefined): Figure[] {
  const { utilisationPercent, usedMb, memoryMb, temperatureCelsius, powerWatts, powerLimitWatts } = card;
  const { running, most } = encoderBudget(card, declared);
  return [
    {
      label: 'Busy',
      value: utilisationPercent === null ? 'not told' : `${Math.round(utilisationPercent)} %`,
      note: `driver ${card.driver}`,
    },
    {
      label: 'Memory',
      value: usedMb === null ? 'not told' : memoryText(usedMb),
      note: memoryMb === null ? 'the card does not say' : `of ${memoryText(memoryMb)}`,
    },
    {
      label: 'Encodes now',
      value: running === null ? 'not told' : formatCounted(running, 'film'),
      note: most === null ? 'as many as the driver lets it' : `${most} at most`,
    },
    {
      label: 'Temperature',
      value: temperatureCelsius === null ? 'not told' : `${Math.round(temperatureCelsius)} °C`,
      note:
        powerWatts === null
          ? 'power not told'
          : `${Math.round(powerWatts)} W${powerLimitWatts === null ? '' : ` of ${Math.round(powerLimitWatts)} W`}`,
    },
  ];
}

function Vessel({ card, wholeMb, declared }: { card: GpuCard; wholeMb: number; declared: DeclaredGpu | undefined }) {
  const parts = cardParts(wholeMb, declared);
  return (
    <div>
      <h3 className={styles.title}>Memory</h3>
      <div className={styles.vessel} aria-hidden>
        {parts.map(({ id, kind, mb }) => (
          <div
            key={id}
            data-kind={kind}
            style={{ inlineSize: `${(100 * mb) / wholeMb}%`, '--colour': workloadColour(id) } as CSSProperties}
          />
        ))}
        {card.usedMb !== null && <span className={styles.used} style={{ inlineSize: `${(100 * card.usedMb) / wholeMb}%` }} />}
      </div>
      <ul className={styles.legend} aria-label="Who may take how much of its memory">
        {parts.map(({ id, kind, mb }) => (
          <li key={id}>
            <span
              className={styles.swatch}
              data-kind={kind}
              style={{ '--colour': workloadColour(id) } as CSSProperties}
              aria-hidden
            />
            {kind === 'share' ? `${id} at most` : partWords[kind]} <strong>{memoryText(mb)}</strong>
          </li>
        ))}
        {card.usedMb !== null && (
          <li>
            <span className={styles.usedKey} aria-hidden /> taken by all together now <strong>{memoryText(card.usedMb)}</strong>
          </li>
        )}
      </ul>
    </div>
  );
}

/** Films that are encoded at a time: a budget of its own, whatever else the card does. */
function Encoder({ card, declared }: { card: GpuCard | undefined; declared: DeclaredGpu | undefined }) {
  const { shared, running, most } = encoderBudget(card, declared);
  if (!declared || (shared === 0 && most === null)) return null;
  const slots = Math.max(most ?? 0, shared);
  const owners = declared.shares.flatMap(({ workload, encoderSessions }) =>
    Array.from({ length: encoderSessions }, () => workload),
  );
  return (
    <div>
      <h3 className={styles.title}>Films encoded at a time</h3>
      <div className={styles.slots} aria-hidden>
        {Array.from({ length: Math.min(slots, 64) }, (_, slot) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: places without identity
            key={slot}
            data-free={owners[slot] === undefined ? '' : undefined}
            data-running={running !== null && slot < running ? '' : undefined}
            style={{ '--colour': workloadColour(owners[slot]) } as CSSProperties}
          />
        ))}
      </div>
      <p className={styles.says}>
        {declared.shares
          .filter(({ encoderSessions }) => encoderSessions > 0)
          .map(({ workload, encoderSessions }) => `${workload} at most ${encoderSessions}`)
          .join(', ') || 'Nobody may encode'}
        {most !== null && `, of ${most} that the driver allows`}
        {running !== null && `; ${formatCounted(running, 'film')} now`}.
      </p>
    </div>
  );
}
