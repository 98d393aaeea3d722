import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button as AriaButton } from 'react-aria-components/Button';
import { queuesQuery } from '../api/queries.ts';
import { formatBytes, formatCount, formatCounted, formatSpan } from '../lib/format.ts';
import { useCan } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/marks.tsx';
import { PopPanel } from '../ui/menu.tsx';
import { uploads, useUploads } from '../uploads/upload-store.ts';
import styles from './activity-button.module.css';

/** What is going on: uploads of this tab, and work running on the appliance for those who may see it. */
export function ActivityButton() {
  const may = useCan();
  const { summary, rate } = useUploads();
  const { data } = useQuery({ ...queuesQuery, enabled: may('job.read') });
  const running = data?.items.reduce((sum, queue) => sum + queue.running, 0) ?? 0;
  const waiting = data?.items.reduce((sum, queue) => sum + queue.waiting, 0) ?? 0;
  const sending = summary.moving + summary.paused > 0;
  const count = summary.moving + running + waiting;
  const says =
    [
      sending && `${formatCounted(summary.moving + summary.paused, 'upload')} under way`,
      running + waiting > 0 && `${formatCounted(running + waiting, 'step')} being worked on`,
    ]
      .filter(Boolean)
      .join(', ') || 'Nothing is running';
  const left = rate > 0 ? ((summary.totalBytes - summary.safeBytes) / rate) * 1000 : undefined;
  return (
    <PopPanel
      label="Activity"
      trigger={
        <AriaButton className={styles.button ?? ''} aria-label={`Activity: ${says}`}>
          <Ring share={sending ? summary.share : undefined} busy={running > 0} />
          {count > 0 && <span className={styles.count}>{formatCount(count)}</span>}
        </AriaButton>
      }
    >
      <div className={styles.panel}>
        <div className={styles.block}>
          <div className={styles.row}>
            <strong>Uploads</strong>
            <span className={styles.faint}>
              {summary.files === 0
                ? 'none in this tab'
                : `${formatCount(summary.safe)} of ${formatCounted(summary.files, 'file')} stored`}
            </span>
          </div>
          {sending && <Progress label="Uploads" share={summary.share} />}
          {sending && (
            <div className={styles.faint}>
              {formatBytes(rate)}/s{left !== undefined && `, about ${formatSpan(left)} left`}
            </div>
          )}
          {may('asset.create') && (
            <Button small slot="close" onPress={() => uploads.setOpen(true)}>
              Open the upload panel
            </Button>
          )}
        </div>
        {may('job.read') && (
          <div className={styles.block}>
            <div className={styles.row}>
              <strong>Understanding</strong>
              <span className={styles.faint}>
                {running + waiting === 0 ? 'all done' : `${formatCount(running)} running, ${formatCount(waiting)} waiting`}
              </span>
            </div>
            <Link to="/jobs">See the queues</Link>
          </div>
        )}
      </div>
    </PopPanel>
  );
}

/** A ring that fills with the uploads; a dot in it while the appliance works. */
function Ring({ share, busy }: { share: number | undefined; busy: boolean }) {
  const circumference = 2 * Math.PI * 7;
  return (
    <svg className={styles.ring} width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" fill="none" strokeWidth="2">
      <circle cx="10" cy="10" r="7" stroke="var(--edge)" opacity={share === undefined ? 1 : 0.4} />
      {share !== undefined && (
        <circle cx="10" cy="10" r="7" stroke="var(--accent)" strokeDasharray={`${circumference * share} ${circumference}`} />
      )}
      {busy && <circle cx="10" cy="10" r="2.5" fill="var(--accent)" />}
    </svg>
  );
}
