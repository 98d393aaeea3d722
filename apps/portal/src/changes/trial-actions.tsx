import { RotateCcw } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import styles from './trial.module.css';

/** Beside the title of a section whose values can be tried: back to what is declared, and on to putting them in force. */
export function TrialActions({
  what,
  isChanged,
  onReset,
  applyRefusal,
  onApply,
}: {
  /** What the declared values are called: `limits`. */
  what: string;
  isChanged: boolean;
  onReset: () => void;
  /** Why nothing can be applied now. */
  applyRefusal: string | false;
  onApply: () => void;
}) {
  return (
    <span className={styles.actions}>
      <ResetTrial what={what} isChanged={isChanged} onReset={onReset} />
      <Button small kind="primary" disabledBecause={applyRefusal} onPress={onApply}>
        Apply…
      </Button>
    </span>
  );
}

/** Back to what is declared. */
export function ResetTrial({ what, isChanged, onReset }: { what: string; isChanged: boolean; onReset: () => void }) {
  return (
    <Button
      small
      kind="quiet"
      icon={RotateCcw}
      disabledBecause={!isChanged && `These are the declared ${what}.`}
      onPress={onReset}
    >
      Reset
    </Button>
  );
}
