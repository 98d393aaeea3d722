const height = 40;

/** The outline of a sound as an SVG path in a box of 40 by `width`: bars mirrored about the middle. Peaks go from 0 to 255. */
export function wavePath(peaks: readonly number[], width: number): string {
  const bars = Math.min(peaks.length, Math.floor(width / 2.5));
  const step = width / bars;
  const parts: string[] = [];
  for (let bar = 0; bar < bars; bar += 1) {
    const first = Math.floor((bar * peaks.length) / bars);
    const last = Math.max(first + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    let loudest = 0;
    for (let at = first; at < last; at += 1) loudest = Math.max(loudest, peaks[at] ?? 0);
    const tall = Math.max(1, (Math.min(255, loudest) / 255) * height);
    parts.push(
      `M${(bar * step).toFixed(2)} ${((height - tall) / 2).toFixed(2)}h${(step * 0.62).toFixed(2)}v${tall.toFixed(2)}h${(-step * 0.62).toFixed(2)}z`,
    );
  }
  return parts.join('');
}
