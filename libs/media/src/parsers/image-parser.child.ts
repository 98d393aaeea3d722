import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { ParserHandlers } from '#sandbox';
import { analyseFrames } from './image/analyse-frames.ts';
import { profileName } from './image/colour-profile.ts';
import { type DecodedImage, decodeImage } from './image/decode-image.ts';
import { dominantColours } from './image/dominant-colours.ts';
import { emptyMetadata } from './image/empty-metadata.ts';
import { measureQuality } from './image/image-quality.ts';
import type { ImageRequest } from './image/image-request.ts';
import { perceptualHash } from './image/perceptual-hash.ts';
import { lumaPlane, type Pixels, PLANE_EDGE, shrinkPixels } from './image/pixels.ts';
import { readMetadata } from './image/read-metadata.ts';
import { textLikelihood } from './image/text-likelihood.ts';
import { drawTextPage, type TextPageRequest } from './image/text-page.ts';
import type { TensorSpec } from './parser-results.ts';
import type { FramesRequest } from './video/frame-request.ts';

// The sandboxed side of analyseImage. One core per child: pictures are parallel, not their pixels.
sharp.concurrency(1);
sharp.cache(false);
// Only these readers exist here: drawings (SVG), PDF and whatever libvips may learn to open later stay closed.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`) });

const SMALL_EDGE = 250;
const THUMBHASH_EDGE = 48;

export const handlers: ParserHandlers = {
  analyse: (request: ImageRequest, [bytes]) => analyse(request, bytes as Buffer),
  frames: (request: FramesRequest, [bytes]) => analyseFrames(request, bytes as Buffer),
  page: async (request: TextPageRequest) => ({ value: null, buffers: [(await drawTextPage(request)) ?? []].flat() }),
};

async function analyse(request: ImageRequest, bytes: Buffer) {
  const largest = Math.max(
    PLANE_EDGE,
    ...request.edges,
    ...request.tensors.map(({ width, height }) => Math.max(width, height)),
  );
  const decoded = await decodeImage(bytes, request, largest);
  const { pixels } = decoded;
  const small = await resizeTo(pixels, SMALL_EDGE);
  const opaque = await flatten(pixels);
  const plane = lumaPlane(opaque);
  const opaqueSmall = await flatten(small);
  const renditions = await encodeRenditions(pixels, small, request);
  const tensors = await makeTensors(opaque, request.tensors);
  const value = {
    ...describe(decoded, request),
    metadata: request.readMetadata ? await readMetadata(bytes, decoded.header) : emptyMetadata(),
    thumbhash: thumbhash(small),
    colours: dominantColours(small),
    quality: measureQuality(plane, opaqueSmall),
    perceptualHash: perceptualHash(opaqueSmall),
    textLikelihood: textLikelihood(plane),
    renditions: renditions.map(({ edge, width, height }) => ({ edge, width, height })),
    tensors: request.tensors.map(({ id }) => id),
  };
  return { value, buffers: [...renditions.map(({ bytes }) => bytes), ...tensors] };
}

function describe({ header, format, width, height, partial }: DecodedImage, request: ImageRequest) {
  const frames = header.pages ?? 1;
  const rounds = (header.delay ?? []).reduce((sum, delay) => sum + delay, 0);
  const many = frames > request.maxFrames ? [`It has ${frames} frames; the first is shown.`] : [];
  return {
    format,
    width,
    height,
    orientation: header.orientation ?? 1,
    hasAlpha: header.hasAlpha,
    bitDepth: header.bitsPerSample ?? { uchar: 8, ushort: 16, float: 32 }[header.depth as string] ?? 8,
    colourSpace: header.space,
    colourProfile: profileName(header.icc),
    frames,
    durationSeconds: frames > 1 && rounds > 0 ? rounds / 1000 : null,
    partial: [...partial, ...many],
  };
}

const open = ({ data, width, height, channels }: Pixels) =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: false });

async function resizeTo(pixels: Pixels, edge: number): Promise<Pixels> {
  if (Math.max(pixels.width, pixels.height) <= edge) return pixels;
  const { data, info } = await open(pixels)
    .resize({ width: edge, height: edge, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: pixels.channels };
}

/** Without transparency, on white: what models and statistics look at. */
async function flatten(pixels: Pixels): Promise<Pixels> {
  if (pixels.channels === 3) return pixels;
  return { ...pixels, data: await open(pixels).flatten({ background: '#ffffff' }).raw().toBuffer(), channels: 3 };
}

/** WebP at effort 0: a third of the time of effort 3 for a twentieth more bytes (measured at 1440 pixels). */
function encodeRenditions(pixels: Pixels, small: Pixels, { edges, quality }: ImageRequest) {
  return Promise.all(
    edges.map(async (edge) => {
      const source = edge === SMALL_EDGE ? small : await resizeTo(pixels, edge);
      const bytes = await open(source).webp({ quality, effort: 0 }).toBuffer();
      return { edge, width: source.width, height: source.height, bytes };
    }),
  );
}

async function makeTensors(pixels: Pixels, specs: TensorSpec[]): Promise<Buffer[]> {
  const tensors: Buffer[] = [];
  for (const { width, height, fit } of specs) {
    tensors.push(await open(pixels).resize({ width, height, fit, background: '#000000' }).raw().toBuffer());
  }
  return tensors;
}

function thumbhash(small: Pixels): string {
  const scale = Math.min(1, THUMBHASH_EDGE / Math.max(small.width, small.height));
  const tile = shrinkPixels(small, Math.max(1, Math.round(small.width * scale)), Math.max(1, Math.round(small.height * scale)));
  const rgba = new Uint8Array(tile.width * tile.height * 4);
  for (let index = 0; index < tile.width * tile.height; index++) {
    for (let channel = 0; channel < 4; channel++) {
      rgba[index * 4 + channel] = channel < tile.channels ? (tile.data[index * tile.channels + channel] as number) : 255;
    }
  }
  return Buffer.from(rgbaToThumbHash(tile.width, tile.height, rgba)).toString('base64');
}
