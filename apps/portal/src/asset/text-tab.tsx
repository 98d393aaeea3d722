import { Copy, ScanText, Search } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { Asset, TextSegment } from '../api/types.ts';
import { formatClock, formatShare } from '../lib/format.ts';
import { marked } from '../lib/marked.tsx';
import { IconButton } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Checkbox, TextField } from '../ui/field.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { type Playback, usePlayback } from './playback.ts';
import styles from './tabs.module.css';
import { lineAt, type SpokenLine } from './transcript.ts';

interface TextTabProps {
  asset: Asset;
  segments: readonly TextSegment[] | undefined;
  error: unknown;
  lines: readonly SpokenLine[];
  playback: Playback;
  words: string;
  showBoxes: boolean;
  onShowBoxes: (show: boolean) => void;
  onLight: (position: number | undefined) => void;
  onPage: (page: number) => void;
  onRetry: () => void;
}

const unsureBelow = 0.5;

/** What does it say? Subtitles or speech that follow the player, words read in the picture, pages of a document. */
export function TextTab({
  asset,
  segments,
  error,
  lines,
  playback,
  words,
  showBoxes,
  onShowBoxes,
  onLight,
  onPage,
  onRetry,
}: TextTabProps) {
  const [find, setFind] = useState(words);
  if (error) return <ErrorState compact error={error} what="The text could not be read" onRetry={onRetry} />;
  if (!segments)
    return (
      <div className={styles.tab}>
        <Loading what="the text">
          {[90, 70, 82, 60, 76].map((width) => (
            <Skeleton key={width} width={`${width}%`} style={{ marginBlockEnd: 14 }} />
          ))}
        </Loading>
      </div>
    );
  if (segments.length === 0) return <NoText asset={asset} />;
  const written = segments.filter((segment) => segment.source !== 'speech' && segment.source !== 'subtitle');
  const copy = () => copyText(segments.map((segment) => segment.text).join('\n'), 'Text copied');
  return (
    <div className={styles.tab}>
      <div className={styles.tools}>
        <TextField
          small
          label="Find in the text"
          hideLabel
          placeholder="Find in the text"
          type="search"
          value={find}
          onChange={setFind}
        />
        <IconButton small label="Copy all text" icon={Copy} onPress={copy} />
      </div>
      {lines.length > 0 && <Transcript lines={lines} playback={playback} find={find} />}
      {written.length > 0 && (
        <div className={styles.group}>
          {written.some((segment) => segment.words.some((word) => word.box)) && (
            <Checkbox label="Show on the picture" checked={showBoxes} onChange={onShowBoxes} />
          )}
          <Written segments={written} find={find} onLight={onLight} onPage={onPage} />
        </div>
      )}
    </div>
  );
}

/** Subtitles or speech line by line: the one being spoken is marked and kept in sight; a press plays from there. */
function Transcript({ lines, playback, find }: { lines: readonly SpokenLine[]; playback: Playback; find: string }) {
  const current = usePlayback(playback, (state) => lineAt(lines, state.time));
  const playing = usePlayback(playback, (state) => state.playing);
  const [follow, setFollow] = useState(true);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (!follow || !playing || current < 0) return;
    list.current?.children[current]?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  }, [current, follow, playing]);
  return (
    <div className={styles.group}>
      <Checkbox label="Follow the player" checked={follow} onChange={setFollow} />
      <ol ref={list} className={styles.lines} aria-label="Transcript">
        {lines.map((line, at) => (
          <TranscriptLine
            key={`${line.start}:${line.text}`}
            line={line}
            current={at === current}
            find={find}
            onPlay={() => playback.playFrom(line.start)}
          />
        ))}
      </ol>
    </div>
  );
}

const TranscriptLine = memo(
  function TranscriptLine({
    line,
    current,
    find,
    onPlay,
  }: {
    line: SpokenLine;
    current: boolean;
    find: string;
    onPlay: () => void;
  }) {
    return (
      <li>
        <button type="button" className={styles.line} aria-current={current ? 'true' : undefined} onClick={onPlay}>
          <span className={styles.time}>{formatClock(line.start)}</span>
          <span className={line.confidence !== null && line.confidence < unsureBelow ? styles.unsure : undefined}>
            {marked(line.text, find)}
          </span>
        </button>
      </li>
    );
  },
  (before, after) => before.line === after.line && before.current === after.current && before.find === after.find,
);

function Written({
  segments,
  find,
  onLight,
  onPage,
}: {
  segments: readonly TextSegment[];
  find: string;
  onLight: (position: number | undefined) => void;
  onPage: (page: number) => void;
}) {
  const shown = useMemo(
    () => segments.filter((segment) => !find || segment.text.toLowerCase().includes(find.toLowerCase())),
    [segments, find],
  );
  if (shown.length === 0) return <p className={styles.unsure}>“{find}” is not in this text.</p>;
  return (
    <ol className={styles.lines} aria-label="Text">
      {shown.map((segment) => (
        <li key={`${segment.source}:${segment.page}:${segment.position}`}>
          <button
            type="button"
            className={styles.line}
            title={segment.confidence === null ? undefined : `${formatShare(segment.confidence)} sure`}
            onMouseEnter={() => onLight(segment.position)}
            onMouseLeave={() => onLight(undefined)}
            onFocus={() => onLight(segment.position)}
            onBlur={() => onLight(undefined)}
            onClick={() => (segment.page === null ? onLight(segment.position) : onPage(segment.page))}
          >
            <span className={styles.time}>
              {segment.page === null ? <ScanText size={14} aria-label="In the picture" /> : `p. ${segment.page}`}
            </span>
            <span style={{ whiteSpace: 'pre-wrap' }}>{marked(segment.text, find)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function NoText({ asset }: { asset: Asset }) {
  const step = asset.ledger.find((entry) => entry.step === 'text');
  const waiting = step && ['waiting', 'queued', 'running'].includes(step.state);
  return (
    <EmptyState compact icon={waiting ? Search : ScanText} title={waiting ? 'Still reading' : 'No text in it'}>
      {waiting
        ? 'Words appear here as soon as they are read.'
        : (step?.errorMessage ?? step?.outcome ?? 'No writing and no speech was found.')}
    </EmptyState>
  );
}
