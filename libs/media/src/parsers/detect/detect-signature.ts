import { type DetectedType, type FileKind, has, known } from './detected-type.ts';

type Row = readonly [
  offset: number,
  magic: string | readonly number[],
  kind: FileKind,
  mediaType: string,
  extension: string,
  reason?: string,
];

const ARCHIVE = 'Archives are kept but not opened; upload what is in them.';
const PROGRAM = 'Programs are kept but never run or read.';
const NOT_READ = 'This format is kept but not read yet.';

// One row per format that a fixed run of bytes tells for certain. Containers that need a second look are in the other detectors.
const rows: readonly Row[] = [
  [0, [0xff, 0xd8, 0xff], 'image', 'image/jpeg', 'jpg'],
  [0, '\x89PNG\r\n\x1a\n', 'image', 'image/png', 'png'],
  [0, 'GIF87a', 'image', 'image/gif', 'gif'],
  [0, 'GIF89a', 'image', 'image/gif', 'gif'],
  [0, 'IIU\0', 'image', 'image/x-panasonic-rw2', 'rw2'],
  [0, 'IIRO', 'image', 'image/x-olympus-orf', 'orf'],
  [0, 'IIRS', 'image', 'image/x-olympus-orf', 'orf'],
  [0, 'MMOR', 'image', 'image/x-olympus-orf', 'orf'],
  [0, 'FUJIFILMCCD-RAW', 'image', 'image/x-fuji-raf', 'raf'],
  [0, [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20], 'image', 'image/jp2', 'jp2'],
  [0, [0xff, 0x4f, 0xff, 0x51], 'image', 'image/j2c', 'j2c'],
  [0, [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20], 'image', 'image/jxl', 'jxl'],
  [0, [0xff, 0x0a], 'image', 'image/jxl', 'jxl'],
  [0, '8BPS', 'image', 'image/vnd.adobe.photoshop', 'psd'],
  [0, [0x76, 0x2f, 0x31, 0x01], 'image', 'image/x-exr', 'exr'],
  [0, 'qoif', 'image', 'image/qoi', 'qoi'],
  [0, 'DDS ', 'image', 'image/vnd-ms.dds', 'dds'],
  [0, 'FLV\x01', 'video', 'video/x-flv', 'flv'],
  [0, [0, 0, 1, 0xba], 'video', 'video/mpeg', 'mpg'],
  [0, [0, 0, 1, 0xb3], 'video', 'video/mpeg', 'm2v'],
  [0, '.RMF', 'video', 'application/vnd.rn-realmedia', 'rm'],
  [0, [0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01], 'video', 'application/mxf', 'mxf'],
  [0, 'DKIF', 'video', 'video/x-ivf', 'ivf'],
  [0, 'fLaC', 'audio', 'audio/flac', 'flac'],
  [0, '#!AMR', 'audio', 'audio/amr', 'amr'],
  [0, 'caff', 'audio', 'audio/x-caf', 'caf'],
  [0, 'MAC ', 'audio', 'audio/x-ape', 'ape'],
  [0, 'wvpk', 'audio', 'audio/x-wavpack', 'wv'],
  [0, 'TTA1', 'audio', 'audio/x-tta', 'tta'],
  [0, 'DSD ', 'audio', 'audio/x-dsf', 'dsf'],
  [0, '.snd', 'audio', 'audio/basic', 'au'],
  [0, [0x0b, 0x77], 'audio', 'audio/ac3', 'ac3'],
  [0, [0x7f, 0xfe, 0x80, 0x01], 'audio', 'audio/vnd.dts', 'dts'],
  [0, 'MThd', 'unknown', 'audio/midi', 'mid', 'A score to be played, not a recording: kept but not read.'],
  [0, '{\\rtf', 'document', 'application/rtf', 'rtf'],
  [
    0,
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    'unknown',
    'application/x-ole-storage',
    'doc',
    'An office file in the old binary format: save it as docx, xlsx or pptx to have it read.',
  ],
  [0, '%!PS', 'unknown', 'application/postscript', 'ps', 'PostScript is a program: kept but never run.'],
  [0, 'AT&TFORM', 'unknown', 'image/vnd.djvu', 'djvu', NOT_READ],
  [0, [0x1f, 0x8b], 'unknown', 'application/gzip', 'gz', ARCHIVE],
  [0, 'BZh', 'unknown', 'application/x-bzip2', 'bz2', ARCHIVE],
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 'unknown', 'application/x-xz', 'xz', ARCHIVE],
  [0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'unknown', 'application/x-7z-compressed', '7z', ARCHIVE],
  [0, 'Rar!\x1a\x07', 'unknown', 'application/vnd.rar', 'rar', ARCHIVE],
  [0, [0x28, 0xb5, 0x2f, 0xfd], 'unknown', 'application/zstd', 'zst', ARCHIVE],
  [257, 'ustar', 'unknown', 'application/x-tar', 'tar', ARCHIVE],
  [32769, 'CD001', 'unknown', 'application/x-iso9660-image', 'iso', ARCHIVE],
  [0, '\x7fELF', 'unknown', 'application/x-elf', '', PROGRAM],
  [0, 'MZ', 'unknown', 'application/vnd.microsoft.portable-executable', 'exe', PROGRAM],
  [0, [0xca, 0xfe, 0xba, 0xbe], 'unknown', 'application/java-vm', 'class', PROGRAM],
  [0, '\0asm', 'unknown', 'application/wasm', 'wasm', PROGRAM],
  [0, 'SQLite format 3\0', 'unknown', 'application/vnd.sqlite3', 'sqlite', NOT_READ],
  [0, 'wOFF', 'unknown', 'font/woff', 'woff', NOT_READ],
  [0, 'wOF2', 'unknown', 'font/woff2', 'woff2', NOT_READ],
];

/** Types that begin with a fixed signature. */
export function detectSignature(head: Buffer): DetectedType | undefined {
  for (const [offset, magic, kind, mediaType, extension, reason] of rows) {
    if (has(head, offset, magic)) return known(kind, mediaType, extension, reason);
  }
  return undefined;
}

/** Short or loose signatures, asked only when the bytes are not text: two letters are easily an accident. */
export function detectLooseSignature(head: Buffer): DetectedType | undefined {
  if (isBitmap(head)) return known('image', 'image/bmp', 'bmp');
  if (isIcon(head)) return known('image', 'image/x-icon', 'ico');
  if (/^P[1-6]\s/.test(head.toString('latin1', 0, 3))) return known('image', 'image/x-portable-anymap', 'pnm');
  if (isTransportStream(head)) return known('video', 'video/mp2t', 'ts');
  return detectMpegAudio(head);
}

function isBitmap(head: Buffer): boolean {
  return has(head, 0, 'BM') && head.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14));
}

function isIcon(head: Buffer): boolean {
  return (
    has(head, 0, [0, 0, 1, 0]) && head.length >= 22 && head.readUInt16LE(4) > 0 && head.readUInt16LE(4) < 100 && head[9] === 0
  );
}

/** MPEG transport streams repeat a sync byte every 188 bytes, or every 192 with a time stamp in front. */
function isTransportStream(head: Buffer): boolean {
  return [
    [0, 188],
    [4, 192],
  ].some(([first = 0, step = 1]) => {
    if (head.length < first + 4 * step + 1) return false;
    return [0, 1, 2, 3, 4].every((packet) => head[first + packet * step] === 0x47);
  });
}

/** MP3 and AAC have no header but frames: two in a row, or an ID3 tag in front. */
function detectMpegAudio(head: Buffer): DetectedType | undefined {
  if (has(head, 0, 'ID3')) return known('audio', 'audio/mpeg', 'mp3');
  if (head.length < 8 || head[0] !== 0xff) return undefined;
  const second = head[1] as number;
  if ((second & 0xf6) === 0xf0) return known('audio', 'audio/aac', 'aac');
  const layer = (second >> 1) & 3;
  const bitrate = (head[2] as number) >> 4;
  const rate = ((head[2] as number) >> 2) & 3;
  const plausible = (second & 0xe0) === 0xe0 && layer !== 0 && bitrate !== 15 && bitrate !== 0 && rate !== 3;
  return plausible ? known('audio', 'audio/mpeg', 'mp3') : undefined;
}
