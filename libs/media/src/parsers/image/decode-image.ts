import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { decodeHeic } from './decode-heic.ts';
import type { ImageRequest } from './image-request.ts';
import { fault } from './parser-fault.ts';
import type { Pixels } from './pixels.ts';
import { findRawPreview } from './raw-preview.ts';

/** The one decode of a picture: upright sRGB pixels no larger than asked for, and what the file said about itself. */
export interface DecodedImage {
  pixels: Pixels;
  header: Metadata;
  /** `jpeg`, `png`, `heic`, `raw`, … */
  format: string;
  /** Upright size of the original. */
  width: number;
  height: number;
  partial: string[];
}

/** Decodes the first frame or page to at most `edge` pixels. Throws MEDIA_IMAGE_TOO_LARGE or MEDIA_IMAGE_UNREADABLE. */
export async function decodeImage(bytes: Buffer, request: ImageRequest, edge: number): Promise<DecodedImage> {
  if (/^image\/x-(canon|nikon|sony|pentax|samsung|olympus|panasonic|fuji|adobe|kodak|raw)/.test(request.mediaType)) {
    return decodeRaw(bytes, request, edge);
  }
  const options: SharpOptions = { failOn: 'none', limitInputPixels: request.maxPixels, sequentialRead: true };
  const header = await readHeader(bytes, options);
  if (header.format === 'heif' && header.compression !== 'av1') return decodeHeicImage(bytes, request, edge, header);
  return decodeWith(sharp(bytes, options), header, edge);
}

async function readHeader(bytes: Buffer, options: SharpOptions): Promise<Metadata> {
  try {
    return await sharp(bytes, options).metadata();
  } catch (error) {
    throw explain(error as Error);
  }
}

async function decodeWith(image: Sharp, header: Metadata, edge: number): Promise<DecodedImage> {
  const damage = new Set<string>();
  image.on('warning', (warning: string) => damage.add(warning));
  const { width, height } = header.autoOrient;
  const { data, info } = await image
    .autoOrient()
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw explain(error);
    });
  const pixels: Pixels = { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
  return { pixels, header, format: header.format, width, height, partial: describeDamage(damage) };
}

function describeDamage(warnings: Set<string>): string[] {
  const telling = [...warnings].some((warning) =>
    /premature|not enough data|unexpected end|truncat|corrupt|error in tile/i.test(warning),
  );
  return telling ? ['The file ends early or is damaged: what could be decoded is shown.'] : [];
}

async function decodeHeicImage(bytes: Buffer, request: ImageRequest, edge: number, header: Metadata): Promise<DecodedImage> {
  const { data, width, height } = await decodeHeic(bytes, request.maxPixels);
  const raw = { raw: { width, height, channels: 4 as const }, limitInputPixels: request.maxPixels };
  // The decoder has turned the picture already, whatever the EXIF block says.
  const upright = { ...header, autoOrient: { width, height, orientation: 1 }, orientation: header.orientation ?? 1 };
  const decoded = await decodeWith(sharp(data, raw).removeAlpha(), upright, edge);
  return { ...decoded, format: 'heic' };
}

async function decodeRaw(bytes: Buffer, request: ImageRequest, edge: number): Promise<DecodedImage> {
  const preview = await findRawPreview(bytes);
  if (!preview) {
    throw fault(
      'MEDIA_RAW_NO_PREVIEW',
      'The raw file holds no preview picture that could be shown.',
      'Export it as JPEG or DNG.',
    );
  }
  const decoded = await decodeImage(preview.jpeg, { ...request, mediaType: 'image/jpeg' }, edge);
  const partial = ["The camera's own preview is shown; raw sensor data is not developed.", ...decoded.partial];
  return { ...decoded, format: 'raw', partial };
}

/** libvips speaks to programmers; these are its three ways to say what matters to the owner of a file. */
function explain(error: Error): Error {
  const message = error.message.replace(/\s+/g, ' ').slice(0, 200);
  if (/exceeds pixel limit|too large/i.test(message)) {
    return fault(
      'MEDIA_IMAGE_TOO_LARGE',
      'The picture has more pixels than may be decoded.',
      'Raise `parsers.maxPixels`, or upload a smaller version.',
    );
  }
  if (/unsupported image format/i.test(message)) {
    return fault('MEDIA_IMAGE_UNREADABLE', 'The picture is of an unknown format, or damaged from its first bytes on.');
  }
  return fault('MEDIA_IMAGE_UNREADABLE', `The picture is damaged: ${message}`);
}
