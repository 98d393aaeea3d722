import { formatBytes, formatUptime } from './format.ts';
import type { Terminal } from './terminal.ts';

const redrawMs = 250;

/** What is known of an import that runs. */
export interface ImportState {
  files: number;
  bytes: number;
  failed: number;
  /** What there is to import; grows until all folders have been looked through. */
  totalFiles: number;
  totalBytes: number;
  isCounted: boolean;
}

/** One line that says how far an import is: `312 of 1204 files · 1.2 of 4.0 GB · 85 MB/s · 34 s left`. */
export function progressLine(state: ImportState, seconds: number): string {
  const rate = state.bytes / Math.max(seconds, 0.1);
  const parts = [
    `${state.files} of ${state.totalFiles}${state.isCounted ? '' : '+'} files`,
    `${formatBytes(state.bytes)} of ${formatBytes(state.totalBytes)}`,
    `${formatBytes(rate)}/s`,
  ];
  if (state.isCounted && rate > 0) parts.push(`${formatUptime((state.totalBytes - state.bytes) / rate)} left`);
  if (state.failed > 0) parts.push(`${state.failed} failed`);
  return parts.join(' · ');
}

/** Draws the line in place on a terminal; elsewhere says nothing. Answers a function that wipes it. */
export function showProgress(terminal: Terminal, state: ImportState): () => void {
  if (!terminal.interactive) return () => {};
  const started = performance.now();
  let drawn = 0;
  const draw = () => {
    terminal.redraw(drawn, `\x1b[2K  ${progressLine(state, (performance.now() - started) / 1000)}\n`);
    drawn = 1;
  };
  const timer = setInterval(draw, redrawMs);
  return () => {
    clearInterval(timer);
    if (drawn > 0) terminal.redraw(drawn, '\x1b[2K');
  };
}
