/** What the sandboxed parser is asked to do with the small frames of a video. Travels as JSON. */
export interface FramesRequest {
  /** Size of every frame; the attachment holds them one after the other, RGB. */
  width: number;
  height: number;
  count: number;
  mostShots: number;
  /** Which frames go into the hover strip, in order. */
  stripFrames: number[];
  stripColumns: number;
}

/** The parser's answer; the strip's WebP follows as attachment. */
export interface FramesAnswer {
  /** Frames of each shot, by index (`end` exclusive), the best of them, and how good that is (0 to 1). */
  shots: Array<{ start: number; end: number; best: number; score: number }>;
}
