import { fault } from './parser-fault.ts';

/** Decodes the first HEVC picture of a HEIF file (libheif as WebAssembly: sharp's build has no HEVC) to upright RGBA. */
export async function decodeHeic(bytes: Buffer, maxPixels: number): Promise<{ data: Buffer; width: number; height: number }> {
  // Loaded on the first such file: it is two megabytes of code.
  const { default: decode } = await import('heic-decode');
  const pictures = await readPictures(decode.all, bytes);
  const [first] = pictures;
  if (!first) throw fault('MEDIA_IMAGE_UNREADABLE', 'The HEIC file holds no picture.');
  if (first.width * first.height > maxPixels) {
    throw fault('MEDIA_IMAGE_TOO_LARGE', `The picture has ${first.width} × ${first.height} pixels, more than may be decoded.`);
  }
  try {
    const { data, width, height } = await first.decode();
    return { data: Buffer.from(data.buffer), width, height };
  } catch (error) {
    throw fault('MEDIA_IMAGE_UNREADABLE', `The HEIC picture is damaged: ${(error as Error).message}`);
  } finally {
    pictures.dispose();
  }
}

async function readPictures(all: typeof import('heic-decode')['default']['all'], bytes: Buffer) {
  try {
    return await all({ buffer: bytes });
  } catch (error) {
    throw fault('MEDIA_IMAGE_UNREADABLE', `The HEIC file is damaged: ${(error as Error).message}`);
  }
}
