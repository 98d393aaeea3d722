/** The limits of parsers, exactly as the manifest's `parsers` section declares them. Nothing here reads the manifest itself. */
export interface ParserSettings {
  /** Sandboxed image parsers kept warm. */
  imageProcesses: number;
  /** Memory of one parser, MiB. */
  memoryMb: number;
  /** Time for one image, document or probe. */
  wallSeconds: number;
  /** Time for one run of ffmpeg over a recording. */
  videoWallSeconds: number;
  /** Processes and threads of one parser. */
  processes: number;
  /** Most pixels of an image that is decoded. */
  maxPixels: number;
  /** Most frames of an animation that are counted as sound; more are noted, and only the first is decoded anyway. */
  maxFrames: number;
  /** Files after which a warm parser is replaced. */
  recycleAfterFiles: number;
}
