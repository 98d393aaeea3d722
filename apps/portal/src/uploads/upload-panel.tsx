import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleCheck, CloudUpload, Eraser, Pause, Play, RotateCw, TriangleAlert, X } from 'lucide-react';
import { useRef } from 'react';
import { formatBytes, formatCount, formatCounted, formatSpan } from '../lib/format.ts';
import { IconButton } from '../ui/button.tsx';
import { Progress } from '../ui/marks.tsx';
import { FileChooser } from './file-chooser.tsx';
import { isSafe, type UploadSummary } from './upload-entry.ts';
import styles from './upload-panel.module.css';
import { UploadRow } from './upload-row.tsx';
import { uploads, useUploads } from './upload-store.ts';

const rowHeight = 52;

/** Answers "is it safe yet?" for every file, and stays through every page. */
export default function UploadPanel() {
  const { entries, summary, rate } = useUploads();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const each = (phases: readonly string[], run: 'pause' | 'resume') =>
    void uploads.withEngine((engine) => {
      for (const entry of uploads.all()) if (phases.includes(entry.phase)) engine[run](entry.id);
    });
  return (
    <section className={styles.panel} aria-label="Uploads">
      <div className={styles.head}>
        <h2 className={styles.title}>Uploads</h2>
        {summary.moving > 0 && (
          <IconButton
            label="Pause all"
            icon={Pause}
            onPress={() => each(['queued', 'checking', 'sending', 'waiting'], 'pause')}
          />
        )}
        {summary.paused > 0 && <IconButton label="Resume all" icon={Play} onPress={() => each(['paused'], 'resume')} />}
        {summary.failed > 0 && (
          <IconButton label="Try all failed again" icon={RotateCw} onPress={() => each(['failed'], 'resume')} />
        )}
        {summary.safe > 0 && (
          <IconButton
            label="Clear the finished"
            icon={Eraser}
            onPress={() => uploads.remove(entries.filter(isSafe).map((entry) => entry.id))}
          />
        )}
        <IconButton label="Close the panel; uploads go on" icon={X} onPress={() => uploads.setOpen(false)} />
      </div>
      {entries.length === 0 ? (
        <div className={styles.choose}>
          <CloudUpload size={28} strokeWidth={1.5} aria-hidden />
          Drop files and folders anywhere on the page, or choose them here.
          <div className={styles.chooseButtons}>
            <FileChooser primary />
          </div>
        </div>
      ) : (
        <>
          <Summary summary={summary} rate={rate} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard */}
          <div ref={scroller} className={styles.list} tabIndex={0} role="group" aria-label="Files">
            <ul className={styles.inner} style={{ height: rows.getTotalSize() }}>
              {rows.getVirtualItems().map((row) => {
                const entry = entries[row.index];
                return entry && <UploadRow key={entry.id} entry={entry} top={row.start} />;
              })}
            </ul>
          </div>
          <div className={styles.foot}>
            <FileChooser small />
          </div>
        </>
      )}
    </section>
  );
}

function Summary({ summary, rate }: { summary: UploadSummary; rate: number }) {
  const left = rate > 0 ? ((1 - summary.share) * summary.totalBytes * 1000) / rate : undefined;
  return (
    <div className={styles.summary}>
      <div className={styles.row}>
        <span>
          {formatCount(summary.safe)} of {formatCounted(summary.files, 'file')} stored, {formatBytes(summary.totalBytes)}
        </span>
        {!summary.safeToClose && rate > 0 && (
          <span>
            {formatBytes(rate)}/s{left !== undefined && `, ${formatSpan(left)} left`}
          </span>
        )}
      </div>
      <Progress
        label="All uploads"
        share={summary.share}
        tone={summary.safeToClose && summary.failed === 0 ? 'good' : 'accent'}
      />
      <div className={styles.verdict} data-safe={summary.safeToClose} role="status">
        {summary.safeToClose ? <CircleCheck size={15} aria-hidden /> : <TriangleAlert size={15} aria-hidden />}
        {verdictOf(summary)}
      </div>
    </div>
  );
}

/** Whether the page can be closed now, in a sentence. */
export function verdictOf(summary: UploadSummary): string {
  if (!summary.safeToClose)
    return 'Keep this page open. If it closes, choose the same files again: they go on where they were.';
  if (summary.failed > 0) return `Safe to close. ${formatCounted(summary.failed, 'file')} could not be stored; all others are.`;
  if (summary.understanding > 0) return 'Safe to close: all is stored, and the appliance goes on by itself.';
  return 'Safe to close: everything is stored.';
}
