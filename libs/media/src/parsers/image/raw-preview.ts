import sharp from 'sharp';

const MOST_CANDIDATES = 200;
const SMALLEST_BYTES = 4096;

/**
 * The largest JPEG inside a camera raw file: every maker stores one or more, each in a place of its own, but a JPEG is
 * recognisable wherever it lies. Lossless JPEG (the sensor data itself) is not decodable and so never chosen.
 */
export async function findRawPreview(bytes: Buffer): Promise<{ jpeg: Buffer; width: number; height: number } | undefined> {
  let best: { jpeg: Buffer; width: number; height: number } | undefined;
  let candidates = 0;
  for (const start of jpegStarts(bytes)) {
    if (++candidates > MOST_CANDIDATES) break;
    const frame = readFrame(bytes, start);
    if (!frame || (best && frame.width * frame.height <= best.width * best.height)) continue;
    const jpeg = bytes.subarray(start, frame.end);
    if (jpeg.length >= SMALLEST_BYTES && (await decodes(jpeg))) best = { jpeg, width: frame.width, height: frame.height };
  }
  return best;
}

function* jpegStarts(bytes: Buffer): Generator<number> {
  const start = Buffer.from([0xff, 0xd8, 0xff]);
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 3)) yield at;
}

/** Walks the markers to the frame header and on to the end of the scan. Only baseline and progressive frames count. */
function readFrame(bytes: Buffer, start: number): { width: number; height: number; end: number } | undefined {
  let at = start + 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      const next = bytes.indexOf(Buffer.from([0xff, 0xd9]), at);
      const end = endOfImage(bytes, next);
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7), end };
    }
    if (marker === 0xc3 || marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** In entropy-coded data 0xff is always followed by 0x00 or a restart marker, so the first end marker is the end. */
function endOfImage(bytes: Buffer, marker: number): number {
  return marker < 0 ? bytes.length : marker + 2;
}

async function decodes(jpeg: Buffer): Promise<boolean> {
  return sharp(jpeg, { failOn: 'none' })
    .metadata()
    .then(({ format }) => format === 'jpeg')
    .catch(() => false);
}
