import { TrialField } from '../changes/trial-field.tsx';
import { numberWords, type ShareNumber } from './share-numbers.ts';

/** One number of a share. */
export function ShareField({
  workload,
  number: { kind, value, declared },
  onTry,
}: {
  workload: string;
  number: ShareNumber;
  onTry: (value: number) => void;
}) {
  const { title, ...words } = numberWords[kind];
  return (
    <TrialField
      label={
        <>
          {title}
          <span className="seen-by-readers-only"> of {workload}</span>
        </>
      }
      {...words}
      value={value}
      isChanged={value !== declared}
      note={value === declared ? undefined : `declared ${declared}`}
      onTry={onTry}
    />
  );
}
