import { AudioLines, Captions, Maximize2, Pause, Play, RotateCcw, RotateCw, Volume2, VolumeX } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { originalUrl, renditionOf } from '../api/media.ts';
import type { Asset } from '../api/types.ts';
import { formatClock } from '../lib/format.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Thumb } from '../ui/thumb.tsx';
import styles from './media-player.module.css';
import { type Playback, usePlayback } from './playback.ts';
import { PlayerTrack, useWaveform, Wave } from './player-track.tsx';
import { type SpokenLine, webVtt } from './transcript.ts';

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** Address to play: the copy made for browsers, or the original where it plays as it is. */
export function playableUrl(asset: Asset): string {
  return renditionOf(asset, 'proxy') ?? originalUrl(asset.id);
}

/** Plays video and audio with its transcript as captions; space, arrows, M, C and F work it. */
export function MediaPlayer({
  asset,
  playback,
  lines,
  hits,
  start,
}: {
  asset: Asset;
  playback: Playback;
  lines: readonly SpokenLine[];
  hits: readonly number[];
  start: number | undefined;
}) {
  const player = useRef<HTMLElement>(null);
  const media = useRef<HTMLVideoElement>(null);
  const { volume, captions } = usePreferences();
  const failed = usePlayback(playback, (state) => state.failed);
  // A new version of the asset must not interrupt what is playing: the address stays until the page is another asset's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: bound to the asset, not to its version
  const source = useMemo(() => playableUrl(asset), [asset.id]);
  const track = useCaptionTrack(lines);

  // biome-ignore lint/correctness/useExhaustiveDependencies: volume is read once; afterwards the element leads
  useEffect(() => {
    const element = media.current;
    if (!element) return;
    element.volume = volume;
    return playback.attach(element);
  }, [playback]);
  useEffect(() => {
    if (start !== undefined) playback.seek(start);
  }, [playback, start]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new track starts hidden
  useEffect(() => {
    for (const text of media.current?.textTracks ?? []) text.mode = captions ? 'showing' : 'hidden';
  }, [captions, track]);

  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).closest('button, input, [role=slider]') && event.key === ' ') return;
    const actions = new Map<string, () => void>([
      [' ', () => playback.toggle()],
      ['k', () => playback.toggle()],
      ['ArrowLeft', () => playback.seek(playback.snapshot().time - 5)],
      ['ArrowRight', () => playback.seek(playback.snapshot().time + 5)],
      ['j', () => playback.seek(playback.snapshot().time - 10)],
      ['l', () => playback.seek(playback.snapshot().time + 10)],
      ['m', () => playback.toggleMuted()],
      ['c', () => setPreferences({ captions: !captions })],
      ['f', () => void toggleFullscreen(player.current)],
    ]);
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  return (
    <section ref={player} className={styles.player} aria-label="Player" onKeyDown={onKeyDown} tabIndex={-1}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the play button below */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: space and the play button do the same */}
      <div className={styles.screen} onClick={() => playback.toggle()}>
        {asset.kind === 'audio' && <Cover asset={asset} playback={playback} />}
        <video
          ref={media}
          src={source}
          poster={renditionOf(asset, 'poster')}
          preload="metadata"
          playsInline
          hidden={asset.kind === 'audio'}
        >
          <track kind="captions" srcLang="en" label="Transcript" src={track} default />
        </video>
        {failed && (
          <EmptyState icon={AudioLines} title="This cannot be played here">
            The browser does not know its format, and no copy for browsers has been made yet. The original can be downloaded.
          </EmptyState>
        )}
      </div>
      <Controls
        asset={asset}
        playback={playback}
        hits={hits}
        hasCaptions={lines.length > 0}
        onFullscreen={() => void toggleFullscreen(player.current)}
      />
    </section>
  );
}

/** What a sound looks like: its cover and its outline. */
function Cover({ asset, playback }: { asset: Asset; playback: Playback }) {
  const peaks = useWaveform(asset);
  const known = usePlayback(playback, (state) => state.duration);
  return (
    <div className={styles.sound}>
      {asset.pictures.thumbnail && (
        <div className={styles.cover}>
          <Thumb subject={asset} edge={320} />
        </div>
      )}
      {peaks ? (
        <div className={styles.bigWave}>
          <Wave peaks={peaks} playback={playback} duration={known || asset.durationSeconds || 0} />
        </div>
      ) : (
        !asset.pictures.thumbnail && <AudioLines aria-hidden />
      )}
    </div>
  );
}

interface ControlsProps {
  asset: Asset;
  playback: Playback;
  hits: readonly number[];
  hasCaptions: boolean;
  onFullscreen: () => void;
}

function Controls({ asset, playback, hits, hasCaptions, onFullscreen }: ControlsProps) {
  const playing = usePlayback(playback, (state) => state.playing);
  const muted = usePlayback(playback, (state) => state.muted || state.volume === 0);
  const volume = usePlayback(playback, (state) => state.volume);
  const rate = usePlayback(playback, (state) => state.rate);
  const { captions } = usePreferences();
  return (
    <div className={styles.controls}>
      <PlayerTrack asset={asset} playback={playback} hits={hits} />
      <div className={styles.buttons}>
        <IconButton
          label="Back 10 seconds"
          keys="J"
          icon={RotateCcw}
          hintPlacement="top"
          onPress={() => playback.seek(playback.snapshot().time - 10)}
        />
        <IconButton
          label={playing ? 'Pause' : 'Play'}
          keys="Space"
          icon={playing ? Pause : Play}
          hintPlacement="top"
          onPress={() => playback.toggle()}
        />
        <IconButton
          label="On 10 seconds"
          keys="L"
          icon={RotateCw}
          hintPlacement="top"
          onPress={() => playback.seek(playback.snapshot().time + 10)}
        />
        <Clock playback={playback} duration={asset.durationSeconds ?? 0} />
        <span className={styles.push} />
        <IconButton
          label={muted ? 'Sound on' : 'Mute'}
          keys="M"
          icon={muted ? VolumeX : Volume2}
          hintPlacement="top"
          onPress={() => playback.toggleMuted()}
        />
        <input
          className={styles.volume}
          type="range"
          min={0}
          max={1}
          step={0.05}
          aria-label="Volume"
          value={muted ? 0 : volume}
          onChange={(event) => {
            const value = Number(event.currentTarget.value);
            playback.setVolume(value);
            setPreferences({ volume: value });
          }}
        />
        <Menu
          label="Speed"
          placement="top end"
          trigger={<Button kind="quiet" small aria-label={`Speed: ${rate} times`}>{`${rate}×`}</Button>}
        >
          {rates.map((value) => (
            <MenuItem key={value} chosen={value === rate} onAction={() => playback.setRate(value)}>
              {`${value}×`}
            </MenuItem>
          ))}
        </Menu>
        {asset.kind === 'video' && (
          <IconButton
            label={captions ? 'Captions off' : 'Captions on'}
            keys="C"
            icon={Captions}
            hintPlacement="top"
            pressed={captions && hasCaptions}
            disabledBecause={!hasCaptions && 'No speech has been found in it.'}
            onPress={() => setPreferences({ captions: !captions })}
          />
        )}
        {asset.kind === 'video' && (
          <IconButton label="Full screen" keys="F" icon={Maximize2} hintPlacement="top" onPress={onFullscreen} />
        )}
      </div>
    </div>
  );
}

function Clock({ playback, duration }: { playback: Playback; duration: number }) {
  const second = usePlayback(playback, (state) => Math.floor(state.time));
  const known = usePlayback(playback, (state) => state.duration);
  return (
    <span className={styles.clock}>
      <strong>{formatClock(second)}</strong> / {formatClock(known || duration)}
    </span>
  );
}

/** The transcript as an address that the player's own captions read. */
function useCaptionTrack(lines: readonly SpokenLine[]): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (lines.length === 0) return;
    const made = URL.createObjectURL(new Blob([webVtt(lines)], { type: 'text/vtt' }));
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [lines]);
  return url;
}

async function toggleFullscreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element?.requestFullscreen();
}
