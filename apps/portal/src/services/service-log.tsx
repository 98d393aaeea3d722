import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../api/services-queries.ts';
import { formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { Notice, Skeleton } from '../ui/states.tsx';
import { type LeastLevel, linesFrom } from './service-words.ts';
import styles from './services.module.css';
import { useServiceLog } from './use-service-log.ts';

const levels: readonly { value: LeastLevel; label: string }[] = [
  { value: 'all', label: 'All lines' },
  { value: 'info', label: 'Information and worse' },
  { value: 'warn', label: 'Warnings and worse' },
  { value: 'error', label: 'Errors' },
];

/** What a service writes, followed while one looks; by level and by words. */
export function ServiceLog({ id, title }: { id: string; title: string }) {
  const [follows, setFollows] = useState(true);
  const [least, setLeast] = useState<LeastLevel>('all');
  const [words, setWords] = useState('');
  const { lines, query } = useServiceLog(id, follows);
  const shown = linesFrom(lines, least).filter(({ text }) => text.toLowerCase().includes(words.toLowerCase()));
  return (
    <section aria-label="Log" className={styles.log}>
      <div className={styles.tools}>
        <SelectField small label="Level" value={least} options={levels} onChange={setLeast} />
        <TextField small label="Only lines with" value={words} onChange={setWords} />
        <Checkbox as="switch" label="Follow" checked={follows} onChange={setFollows} />
      </div>
      <Reading query={query} what="the log" failed="The log could not be read" skeleton={<Skeleton height={240} />} compact>
        {({ reason, source }) => (
          <>
            {reason && lines.length === 0 ? <Notice>{reason}</Notice> : <Lines title={title} lines={shown} follows={follows} />}
            <p className={styles.below} role="status">
              {formatCounted(shown.length, 'line')}
              {source && ` of ${source}`}
            </p>
          </>
        )}
      </Reading>
    </section>
  );
}

function Lines({ title, lines, follows }: { title: string; lines: readonly LogLine[]; follows: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    if (follows && count > 0) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [follows, count]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div ref={box} className={styles.lines} role="group" aria-label={`Log of ${title}`} tabIndex={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name, and none moves
        <Line key={index} line={line} />
      ))}
    </div>
  );
}

function Line({ line: { at, level, text } }: { line: LogLine }) {
  return (
    <div className={styles.line} data-level={level ?? undefined}>
      {at && <time dateTime={at}>{at.slice(11, 23)}</time>}
      {level && <span className={styles.level}>{level}</span>}
      <span>{text}</span>
    </div>
  );
}
