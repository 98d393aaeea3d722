/** Values that survive JSON. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A moment as a camera or recorder wrote it: cameras know their own clock, and only sometimes its zone. */
export interface CaptureTime {
  /** Local clock, `YYYY-MM-DDTHH:mm:ss` with up to three decimals of a second. */
  local: string;
  /** Minutes east of UTC, where the file says. */
  offsetMinutes: number | null;
  /** The same moment in UTC (ISO 8601), where the offset is known. */
  utc: string | null;
  /** The tag it was read from, such as `DateTimeOriginal` or `creation_time`. */
  source: string;
}

/** Where something was recorded, WGS 84. */
export interface Place {
  /** Degrees, -90 to 90, north positive. */
  latitude: number;
  /** Degrees, -180 to 180, east positive. */
  longitude: number;
  /** Metres above sea level. */
  altitudeMetres: number | null;
}

/** What took the picture, and how. */
export interface Camera {
  make: string | null;
  model: string | null;
  lens: string | null;
  /** ISO speed. */
  iso: number | null;
  /** The f-number, 2.8 for f/2.8. */
  aperture: number | null;
  exposureSeconds: number | null;
  focalLengthMm: number | null;
  focalLength35Mm: number | null;
  flash: boolean | null;
  software: string | null;
}

/** All that a file says about itself. */
export interface Metadata {
  capturedAt: CaptureTime | null;
  place: Place | null;
  camera: Camera;
  title: string | null;
  description: string | null;
  /** Words that people gave it (IPTC keywords, XMP subjects). */
  keywords: string[];
  creator: string | null;
  copyright: string | null;
  /** Stars from XMP, 0 to 5 (-1 rejected). */
  rating: number | null;
  /** Every tag, by group (`exif`, `gps`, `iptc`, `xmp`, `icc`, …), cut to METADATA_BYTES of JSON; binary values are left out. */
  tags: { [group: string]: Json };
}

/** A smaller version for the screen. */
export interface Rendition {
  /** Its longer edge at most, pixels: 250, 1440, … */
  edge: number;
  width: number;
  height: number;
  mediaType: 'image/webp' | 'image/png';
  bytes: Buffer;
}

/** One of the colours that a picture is mainly made of. */
export interface DominantColour {
  /** `#rrggbb`, sRGB. */
  hex: string;
  /** The nearest everyday name, English. */
  name: string;
  /** Share of the picture, 0 to 1. */
  share: number;
}

/** Technical quality. Every number is measured at one fixed size, so that pictures of all sizes compare. */
export interface ImageQuality {
  /** 0 (blurred) to 1 (crisp): variance of the Laplacian of the luma, on a logarithmic scale. */
  sharpness: number;
  /** Mean luma, 0 (black) to 1 (white). */
  brightness: number;
  /** Standard deviation of the luma, 0 to 0.5. */
  contrast: number;
  /** Share of pixels that are black. */
  shadowsClipped: number;
  /** Share of pixels that are white. */
  highlightsClipped: number;
  /** 0 (exactly right) to 1 (useless): how far brightness and clipping are from a well exposed picture. */
  exposureError: number;
  /** Standard deviation of the noise in steps of 8-bit luma (Immerkær 1996). */
  noise: number;
  /** Hasler–Süsstrunk colourfulness, 0 (grey) to about 1 (vivid). */
  colourfulness: number;
  /** 0 to 1: all of the above in one, for choosing between pictures. */
  score: number;
}

/** Pixels for a model, as asked for. */
export interface TensorSpec {
  /** Given back with the pixels; unique in one request. */
  id: string;
  width: number;
  height: number;
  /** `cover` crops the middle, `contain` pads with black, `fill` distorts. */
  fit: 'cover' | 'contain' | 'fill';
  channels: 3;
}

/** Pixels of one model's input: `width × height × 3` bytes, rows top to bottom, RGB interleaved, sRGB. */
export interface Tensor extends TensorSpec {
  bytes: Buffer;
}

/** Everything that one decode of a picture gives. */
export interface ImageAnalysis {
  /** What the decoder found: `jpeg`, `png`, `heic`, `raw`, … */
  format: string;
  /** Pixels, upright: after the orientation is applied. */
  width: number;
  height: number;
  /** EXIF orientation as stored, 1 to 8. */
  orientation: number;
  hasAlpha: boolean;
  /** Bits per channel as stored. */
  bitDepth: number;
  /** Colour space as stored: `srgb`, `cmyk`, `b-w`, `rgb16`, … */
  colourSpace: string;
  /** Name of the embedded ICC profile. */
  colourProfile: string | null;
  /** Frames of an animation or pages of a TIFF; the first is the one analysed. */
  frames: number;
  /** Length of one round of the animation. */
  durationSeconds: number | null;
  /** Reasons why this is less than the whole picture ("ends early"); empty when all is well. */
  partial: string[];
  metadata: Metadata;
  /** ThumbHash (Evan Wallace), base64: a blurred picture in some 25 bytes. */
  thumbhash: string;
  /** In the order of the edges asked for. */
  renditions: Rendition[];
  /** Up to five, largest share first. */
  colours: DominantColour[];
  quality: ImageQuality;
  /** 64-bit DCT hash as 16 hex digits: pictures that look the same differ in few bits. */
  perceptualHash: string;
  /** 0 to 1: how much the picture's edges look like writing. Below TEXT_LIKELIHOOD_FLOOR, recognising text is wasted time. */
  textLikelihood: number;
  tensors: Tensor[];
  /** Processor time in the parser. */
  cpuMs: number;
}

/** One track of a recording. */
export interface MediaStream {
  index: number;
  kind: 'video' | 'audio' | 'subtitle' | 'data' | 'attachment';
  codec: string;
  profile: string | null;
  language: string | null;
  bitsPerSecond: number | null;
  /** Video: pixels as stored. */
  width: number | null;
  height: number | null;
  framesPerSecond: number | null;
  pixelFormat: string | null;
  /** Video: degrees clockwise to turn for upright, 0, 90, 180 or 270. */
  rotation: number;
  /** Audio. */
  channels: number | null;
  sampleRate: number | null;
  /** A picture that belongs to a sound (cover art), not a moving one. */
  isCover: boolean;
}

export interface Chapter {
  startSeconds: number;
  endSeconds: number;
  title: string | null;
}

/** What a recording says about itself, bounded: no value of a hostile file is beyond what a real one can have. */
export interface Probe {
  kind: 'video' | 'audio';
  /** ffmpeg's name of the container. */
  container: string;
  /** Length in seconds, at most 30 days; 0 when unknown. */
  durationSeconds: number;
  bitsPerSecond: number | null;
  /** Pixels of the main picture, upright; null for sound alone. */
  width: number | null;
  height: number | null;
  /** 0 when unknown, at most 1000. */
  framesPerSecond: number;
  streams: MediaStream[];
  chapters: Chapter[];
  metadata: Metadata;
  /** The picture and sound play in every current browser as they are. */
  browserPlayable: boolean;
  /** Claims of the file that cannot be true, and what was taken instead. */
  corrections: string[];
  /** Processor time of the probe. */
  cpuMs: number;
}

/** A continuous piece of a video, told by its picture. */
export interface Shot {
  index: number;
  startSeconds: number;
  endSeconds: number;
  /** The moment of the frame that stands for the shot. */
  frameSeconds: number;
  /** Analysis of that frame, with its tensors; renditions as asked for. */
  frame: ImageAnalysis;
}

/** Small pictures in one image for scrubbing along the time line. */
export interface HoverStrip {
  /** File in the scratch folder, WebP. */
  file: string;
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** One entry per tile, left to right, top to bottom: from when it is shown. */
  startSeconds: number[];
}

/** What a video shows. */
export interface VideoAnalysis {
  shots: Shot[];
  /** Which shot's frame is the poster. */
  posterShot: number;
  posterSeconds: number;
  /** That frame, with renditions of 250 and 1440 pixels. */
  poster: ImageAnalysis;
  hoverStrip: HoverStrip | null;
  /** Frames that were looked at. */
  framesSeen: number;
  /** Reasons why this is less than the whole video. */
  partial: string[];
  cpuMs: number;
}

/** The outline of a sound. */
export interface Waveform {
  /** Peaks from 0 (silence) to 255 (full scale), evenly spaced over the duration. */
  peaks: number[];
  durationSeconds: number;
  /** EBU R 128 integrated loudness, LUFS; null for silence. */
  loudnessLufs: number | null;
  /** Highest true peak, dBTP. */
  truePeakDb: number | null;
  /** Share of the time that is quieter than -50 dBFS. */
  silentShare: number;
}

/** The sound track of a recording. */
export interface SoundAnalysis {
  waveform: Waveform;
  /** WAV file in the scratch folder: 16 kHz, mono, 16 bit. */
  speechFile: string;
  /** Reasons why this is less than the whole sound. */
  partial: string[];
  cpuMs: number;
}

/** Subtitles of one language. */
export interface SubtitleTrack {
  /** ISO 639 code, of two letters where there is one; null where the file does not say. */
  language: string | null;
  cues: { startSeconds: number; endSeconds: number; text: string }[];
}

/** A version of a video that every browser plays, or the reason why none is needed. */
export type VideoProxy =
  | { file: string; mediaType: 'video/mp4'; width: number; height: number; cpuMs: number }
  | { file: null; skipped: string };

/** Text of one page, slide or sheet. */
export interface PageText {
  /** From 1. */
  page: number;
  text: string;
}

/** What a document says. */
export interface DocumentAnalysis {
  format: 'pdf' | 'docx' | 'xlsx' | 'pptx' | 'odt' | 'ods' | 'odp' | 'rtf' | 'text';
  pageCount: number | null;
  title: string | null;
  author: string | null;
  subject: string | null;
  keywords: string[];
  /** ISO 8601. */
  createdAt: string | null;
  modifiedAt: string | null;
  /** Every property, by name. */
  tags: { [name: string]: Json };
  pages: PageText[];
  /** For plain text: how it was written down. */
  encoding: string | null;
  /** Reasons why this is less than the whole document ("pages after 500 were not read"). */
  partial: string[];
  /** Pictures of pages, from 1: analysed like any picture. */
  pageImages: Array<{ page: number; image: ImageAnalysis }>;
  cpuMs: number;
}
