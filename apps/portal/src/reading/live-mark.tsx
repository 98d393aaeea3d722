import { useLiveState, useOnline } from '../lib/online.ts';
import { Dot } from '../ui/marks.tsx';
import styles from './live-mark.module.css';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Says whether a page follows the appliance by itself, and from when its values are; `failed` when they could not be read again. */
export function LiveMark({ readAtMs, failed }: { readAtMs: number; failed: boolean }) {
  const live = useLiveState();
  const online = useOnline();
  const away = failed || !online || live === 'lost';
  return (
    <span className={styles.mark}>
      <Dot tone={away ? 'warn' : 'good'} />
      {away ? 'Not live' : 'Live'}, read <time dateTime={new Date(readAtMs).toISOString()}>{clock.format(readAtMs)}</time>
    </span>
  );
}
