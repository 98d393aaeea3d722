/** A sprite of video frames, read from left to right and top to bottom. */
export interface Strip {
  columns: number;
  rows: number;
  /** Second of each frame. */
  times: number[];
}

/** The sprite's geometry as the appliance describes it; undefined when it makes no sense. */
export function readStrip(detail: Record<string, unknown>): Strip | undefined {
  const { columns, rows, times } = detail;
  if (typeof columns !== 'number' || typeof rows !== 'number' || !Array.isArray(times)) return undefined;
  if (columns < 1 || rows < 1 || times.length === 0) return undefined;
  return { columns, rows, times: times.map(Number) };
}

/** Where a frame lies in the sprite, as fractions for `background-position`: 0 first column or row, 1 last. */
export function placeInStrip(strip: Strip, frame: number): { x: number; y: number } {
  const column = frame % strip.columns;
  const row = Math.floor(frame / strip.columns);
  return { x: strip.columns > 1 ? column / (strip.columns - 1) : 0, y: strip.rows > 1 ? row / (strip.rows - 1) : 0 };
}

/** The frame for a pointer position of 0..1 along the tile. */
export function frameOfStrip(strip: Strip, position: number): { x: number; y: number } {
  const frame = Math.min(strip.times.length - 1, Math.max(0, Math.floor(position * strip.times.length)));
  return placeInStrip(strip, frame);
}

/** The last frame at or before a second of the video. */
export function frameAtSecond(strip: Strip, seconds: number): { x: number; y: number } {
  let frame = 0;
  while (frame + 1 < strip.times.length && (strip.times[frame + 1] ?? 0) <= seconds) frame += 1;
  return placeInStrip(strip, frame);
}
