import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, memo, type PointerEvent, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { renditionOf } from '../api/media.ts';
import type { Asset } from '../api/types.ts';
import { frameAtSecond, readStrip } from '../grid/strip.ts';
import { formatClock } from '../lib/format.ts';
import styles from './media-player.module.css';
import { type Playback, usePlayback } from './playback.ts';
import { wavePath } from './wave-path.ts';

/** The outline of the sound, read from its rendition. */
export function useWaveform(asset: Asset): number[] | undefined {
  const v = asset.renditions.find((rendition) => rendition.kind === 'waveform')?.v;
  const { data } = useQuery({
    queryKey: ['waveform', asset.id, v],
    enabled: v !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const text = await ask(
        api.GET('/api/v1/assets/{id}/renditions/{kind}', {
          params: { path: { id: asset.id, kind: 'waveform' }, query: { v } },
          parseAs: 'text',
        }),
      );
      return (JSON.parse(String(text)) as { peaks?: number[] }).peaks ?? [];
    },
  });
  return data && data.length > 1 ? data : undefined;
}

/** The line of time: sound as an outline, cuts, hits of the search, the moment; a frame of the picture under the pointer. */
export function PlayerTrack({ asset, playback, hits }: { asset: Asset; playback: Playback; hits: readonly number[] }) {
  const track = useRef<HTMLDivElement>(null);
  const known = usePlayback(playback, (state) => state.duration);
  const second = usePlayback(playback, (state) => Math.round(state.time));
  const [pointed, setPointed] = useState<number>();
  const peaks = useWaveform(asset);
  const duration = known || asset.durationSeconds || 0;
  const at = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowRight: 5,
      ArrowLeft: -5,
      ArrowUp: 5,
      ArrowDown: -5,
      PageUp: 30,
      PageDown: -30,
      Home: -1e9,
      End: 1e9,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    playback.seek(playback.snapshot().time + step);
  };
  return (
    <div
      ref={track}
      className={styles.track}
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={second}
      aria-valuetext={`${formatClock(second)} of ${formatClock(duration)}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        playback.seek(at(event) * duration);
      }}
      onPointerMove={(event) => {
        setPointed(at(event));
        if (event.buttons > 0) playback.seek(at(event) * duration);
      }}
      onPointerLeave={() => setPointed(undefined)}
    >
      {peaks ? (
        <Wave peaks={peaks} playback={playback} duration={duration} />
      ) : (
        <Rail playback={playback} duration={duration} />
      )}
      {asset.segments.slice(1).map((segment) => (
        <span
          key={segment.position}
          className={styles.cut}
          style={{ left: `${(segment.startSeconds / Math.max(1, duration)) * 100}%` }}
        />
      ))}
      {hits.map((hit) => (
        <span key={hit} className={styles.hit} style={{ left: `${(hit / Math.max(1, duration)) * 100}%` }} />
      ))}
      <Needle playback={playback} duration={duration} />
      {pointed !== undefined && duration > 0 && <FramePreview asset={asset} position={pointed} seconds={pointed * duration} />}
    </div>
  );
}

/** The outline of a sound, filled as far as it has been played. */
export const Wave = memo(function Wave({
  peaks,
  playback,
  duration,
}: {
  peaks: number[];
  playback: Playback;
  duration: number;
}) {
  const share = usePlayback(playback, (state) => (duration > 0 ? Math.round((state.time / duration) * 1000) / 1000 : 0));
  const path = wavePath(peaks, 400);
  return (
    <svg className={styles.wave} viewBox="0 0 400 40" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} fill="var(--edge)" />
      <path d={path} fill="var(--accent)" style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }} />
    </svg>
  );
});

function Rail({ playback, duration }: { playback: Playback; duration: number }) {
  const played = usePlayback(playback, (state) => (duration > 0 ? state.time / duration : 0));
  const buffered = usePlayback(playback, (state) => (duration > 0 ? state.buffered / duration : 0));
  return (
    <div className={styles.rail}>
      <div className={styles.buffered} style={{ transform: `scaleX(${buffered})` }} />
      <div className={styles.played} style={{ transform: `scaleX(${played})` }} />
    </div>
  );
}

function Needle({ playback, duration }: { playback: Playback; duration: number }) {
  const share = usePlayback(playback, (state) => (duration > 0 ? state.time / duration : 0));
  return <div className={styles.needle} style={{ transform: `translateX(${share * 100}%)` }} />;
}

function FramePreview({ asset, position, seconds }: { asset: Asset; position: number; seconds: number }) {
  const strip = readStrip(asset.renditions.find((rendition) => rendition.kind === 'hover-strip')?.detail ?? {});
  const frame = strip && frameAtSecond(strip, seconds);
  return (
    <div className={styles.preview} style={{ left: `clamp(60px, ${position * 100}%, calc(100% - 60px))` }}>
      {strip && frame && (
        <div
          className={styles.frame}
          style={{
            aspectRatio: asset.aspectRatio,
            backgroundImage: `url(${renditionOf(asset, 'hover-strip')})`,
            backgroundSize: `${strip.columns * 100}% ${strip.rows * 100}%`,
            backgroundPosition: `${frame.x * 100}% ${frame.y * 100}%`,
          }}
        />
      )}
      {formatClock(seconds)}
    </div>
  );
}
