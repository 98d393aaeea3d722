import { type DetectedType, has, known } from './detected-type.ts';

/** Types whose outer container says little: RIFF, ISO media, Matroska, Ogg, AIFF and ASF, told apart by what is inside. */
export function detectContainer(head: Buffer): DetectedType | undefined {
  return (
    detectRiff(head) ?? detectIsoMedia(head) ?? detectMatroska(head) ?? detectOgg(head) ?? detectForm(head) ?? detectAsf(head)
  );
}

function detectRiff(head: Buffer): DetectedType | undefined {
  if (!['RIFF', 'RIFX', 'RF64'].some((magic) => has(head, 0, magic))) return undefined;
  if (has(head, 8, 'WEBP')) return known('image', 'image/webp', 'webp');
  if (has(head, 8, 'WAVE')) return known('audio', 'audio/wav', 'wav');
  if (has(head, 8, 'AVI ')) return known('video', 'video/x-msvideo', 'avi');
  return undefined;
}

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const audioBrands = new Set(['M4A ', 'M4B ', 'M4P ', 'F4A ', 'F4B ']);

function detectIsoMedia(head: Buffer): DetectedType | undefined {
  if (has(head, 4, 'ftyp')) return detectBrand(head);
  // QuickTime files from before 2001 begin with any of their boxes.
  const old = ['moov', 'mdat', 'wide', 'pnot'].some((box) => has(head, 4, box)) && head.length >= 16;
  return old ? known('video', 'video/quicktime', 'mov') : undefined;
}

function detectBrand(head: Buffer): DetectedType {
  const end = Math.min(head.length, Math.max(16, head.readUInt32BE(0)), 16 + 4 * 32);
  const major = head.toString('latin1', 8, 12);
  const brands = new Set([major]);
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.add(head.toString('latin1', offset, offset + 4));
  if (brands.has('avif') || brands.has('avis')) return known('image', 'image/avif', 'avif');
  if (major === 'crx ') return known('image', 'image/x-canon-cr3', 'cr3');
  if ([...brands].some((brand) => heicBrands.has(brand)) || major === 'mif1' || major === 'msf1')
    return known('image', 'image/heic', 'heic');
  if (audioBrands.has(major)) return known('audio', 'audio/mp4', 'm4a');
  if (major === 'qt  ') return known('video', 'video/quicktime', 'mov');
  if (/^3g/.test(major)) return known('video', 'video/3gpp', '3gp');
  return known('video', 'video/mp4', 'mp4');
}

function detectMatroska(head: Buffer): DetectedType | undefined {
  if (!has(head, 0, [0x1a, 0x45, 0xdf, 0xa3])) return undefined;
  const start = head.toString('latin1', 0, 4096);
  if (!start.includes('webm')) return known('video', 'video/matroska', 'mkv');
  const picture = /V_(VP8|VP9|AV1|MPEG)/.test(head.toString('latin1'));
  const sound = /A_(VORBIS|OPUS)/.test(head.toString('latin1'));
  return sound && !picture ? known('audio', 'audio/webm', 'weba') : known('video', 'video/webm', 'webm');
}

function detectOgg(head: Buffer): DetectedType | undefined {
  if (!has(head, 0, 'OggS')) return undefined;
  const start = head.toString('latin1', 0, 8192);
  if (['\x80theora', 'BBCD\0', '\x01video'].some((codec) => start.includes(codec))) return known('video', 'video/ogg', 'ogv');
  return start.includes('OpusHead') ? known('audio', 'audio/opus', 'opus') : known('audio', 'audio/ogg', 'ogg');
}

function detectForm(head: Buffer): DetectedType | undefined {
  const sound = has(head, 0, 'FORM') && (has(head, 8, 'AIFF') || has(head, 8, 'AIFC'));
  return sound ? known('audio', 'audio/aiff', 'aiff') : undefined;
}

const asfHeader = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11];
const asfVideoStream = Buffer.from('c0ef19bc4d5bcf11a8fd00805f5c442b', 'hex');

function detectAsf(head: Buffer): DetectedType | undefined {
  if (!has(head, 0, asfHeader)) return undefined;
  return head.includes(asfVideoStream) ? known('video', 'video/x-ms-wmv', 'wmv') : known('audio', 'audio/x-ms-wma', 'wma');
}
