/** What a file is, as far as the pipeline cares: which parsers may look at it. */
export type FileKind = 'image' | 'video' | 'audio' | 'document' | 'text' | 'unknown';

/** A file's type by its content; the name only chooses between types that look the same. */
export interface DetectedType {
  kind: FileKind;
  /** IANA media type, or `application/octet-stream`. */
  mediaType: string;
  /** Usual extension without the dot; empty when unknown. */
  extension: string;
  /** For the reader: why the file is not analysed further, or is treated as something less than it says. */
  reason?: string;
}

/** Bytes of the beginning of a file that `detectType` wants. */
export const DETECT_HEAD_BYTES = 65_536;
/** Bytes of the end of a file that `detectType` wants: a zip's table of contents lies there. */
export const DETECT_TAIL_BYTES = 65_536;

export function known(kind: FileKind, mediaType: string, extension: string, reason?: string): DetectedType {
  return reason === undefined ? { kind, mediaType, extension } : { kind, mediaType, extension, reason };
}

/** True when `bytes` holds exactly these values (text as Latin-1) at the offset. */
export function has(bytes: Buffer, offset: number, values: string | readonly number[]): boolean {
  const wanted = typeof values === 'string' ? Buffer.from(values, 'latin1') : values;
  if (bytes.length < offset + wanted.length) return false;
  for (let index = 0; index < wanted.length; index++) if (bytes[offset + index] !== wanted[index]) return false;
  return true;
}
