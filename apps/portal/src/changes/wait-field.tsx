import { SelectField } from '../ui/field.tsx';
import styles from './changes.module.css';

/** How long a change may wait to be kept; the host agent takes 5 to 600 s. */
const waits = [
  { value: '30', label: '30 seconds' },
  { value: '60', label: '1 minute' },
  { value: '120', label: '2 minutes' },
  { value: '300', label: '5 minutes' },
  { value: '600', label: '10 minutes' },
] as const;
export type Wait = (typeof waits)[number]['value'];

/** After how long the box goes back by itself. */
export function WaitField({ wait, onWait }: { wait: Wait; onWait: (wait: Wait) => void }) {
  return (
    <div className={styles.wait}>
      <SelectField label="Goes back by itself after" value={wait} options={waits} onChange={onWait} />
      <p>unless somebody keeps it. You can close the portal meanwhile: the box does it alone.</p>
    </div>
  );
}
