import { useSyncExternalStore } from 'react';

export interface PlaybackState {
  time: number;
  duration: number;
  playing: boolean;
  buffered: number;
  volume: number;
  muted: boolean;
  rate: number;
  failed: boolean;
}

const initial: PlaybackState = {
  time: 0,
  duration: 0,
  playing: false,
  buffered: 0,
  volume: 1,
  muted: false,
  rate: 1,
  failed: false,
};

/** The player of an asset as a store: the bar, the transcript and the hits follow one clock and can all move it. */
export class Playback {
  private element: HTMLMediaElement | undefined;
  private state = initial;
  private wanted: number | undefined;
  private frame = 0;
  private readonly listeners = new Set<() => void>();

  /** Takes a media element over, from now until the returned function is called. */
  attach(element: HTMLMediaElement): () => void {
    this.element = element;
    const events = [
      'timeupdate',
      'durationchange',
      'play',
      'pause',
      'seeking',
      'progress',
      'volumechange',
      'ratechange',
      'loadedmetadata',
      'error',
      'ended',
    ];
    const read = () => this.read();
    for (const event of events) element.addEventListener(event, read);
    const metadata = () => {
      if (this.wanted !== undefined) element.currentTime = this.wanted;
      this.wanted = undefined;
    };
    element.addEventListener('loadedmetadata', metadata);
    this.read();
    return () => {
      for (const event of events) element.removeEventListener(event, read);
      element.removeEventListener('loadedmetadata', metadata);
      cancelAnimationFrame(this.frame);
      this.element = undefined;
    };
  }

  /** Goes to a second, also before the element knows how long it is. */
  seek(seconds: number): void {
    const element = this.element;
    if (!element || element.readyState < 1) {
      this.wanted = seconds;
      return;
    }
    element.currentTime = Math.min(Math.max(0, seconds), Number.isFinite(element.duration) ? element.duration : seconds);
    this.read();
  }

  /** Goes to a second and plays from there. A browser that forbids playing without a click leaves it paused. */
  playFrom(seconds: number): void {
    this.seek(seconds);
    void this.element?.play().catch(() => undefined);
  }

  toggle(): void {
    if (!this.element) return;
    if (this.element.paused) void this.element.play().catch(() => undefined);
    else this.element.pause();
  }

  setVolume(volume: number): void {
    if (!this.element) return;
    this.element.volume = Math.min(1, Math.max(0, volume));
    this.element.muted = volume <= 0;
  }

  toggleMuted(): void {
    if (this.element) this.element.muted = !this.element.muted;
  }

  setRate(rate: number): void {
    if (this.element) this.element.playbackRate = rate;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): PlaybackState => this.state;

  private read(): void {
    const element = this.element;
    if (!element) return;
    const { buffered } = element;
    this.state = {
      time: element.currentTime,
      duration: Number.isFinite(element.duration) ? element.duration : 0,
      playing: !element.paused && !element.ended,
      buffered: buffered.length > 0 ? buffered.end(buffered.length - 1) : 0,
      volume: element.volume,
      muted: element.muted,
      rate: element.playbackRate,
      failed: element.error !== null,
    };
    for (const listener of this.listeners) listener();
    // Elements report time four times a second; a needle that moves smoothly reads it at every frame.
    cancelAnimationFrame(this.frame);
    if (this.state.playing) this.frame = requestAnimationFrame(() => this.read());
  }
}

/** Part of the playback, re-rendering only when that part changes. */
export function usePlayback<Part extends string | number | boolean>(
  playback: Playback,
  select: (state: PlaybackState) => Part,
): Part {
  return useSyncExternalStore(playback.subscribe, () => select(playback.snapshot()));
}
