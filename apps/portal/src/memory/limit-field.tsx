import { TrialField } from '../changes/trial-field.tsx';
import type { Limit } from './memory-shape.ts';
import { limitWords, memoryText } from './memory-words.ts';

/** Four TiB: no machine that this is for has more. */
const mostMb = 4_194_304;

/** One limit of a workload in MiB. */
export function LimitField({
  id,
  limit: { kind, mb, declared },
  onTry,
}: {
  id: string;
  limit: Limit;
  onTry: (mb: number) => void;
}) {
  const { title, means } = limitWords[kind];
  const isHighest = kind === 'memoryMaxMb';
  return (
    <TrialField
      label={
        <>
          {title}, MiB<span className="seen-by-readers-only"> of {id}</span>
        </>
      }
      means={isHighest ? `${means} Left empty: no limits.` : means}
      value={mb}
      isChanged={mb !== declared}
      note={mb !== declared ? `declared ${declared ?? 'none'}` : mb === null ? undefined : memoryText(mb)}
      step={256}
      least={0}
      most={mostMb}
      onTry={onTry}
      // Without a highest there are no limits; while somebody types it may be empty for a moment.
      onEmptied={isHighest ? () => onTry(0) : undefined}
    />
  );
}
