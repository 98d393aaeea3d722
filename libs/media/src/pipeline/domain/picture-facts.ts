import type { ImageAnalysis, ImageQuality } from '../../parsers/index.ts';
import type { AssetPatch } from '../asset-patch.ts';
import { hashBits } from './perceptual-hash.ts';

/** Standard deviation of noise, in steps of 8-bit luma, beyond which a picture counts as noisy as can be. */
const noisiest = 20;

/** Technical quality as an asset keeps it: every value 0 to 1, with three decimals. */
export function qualityOf({ sharpness, brightness, noise, ...others }: ImageQuality): Record<string, number> {
  const values = { sharpness, exposure: brightness, noise: Math.min(1, noise / noisiest), ...others };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 1000) / 1000]));
}

/** What a picture shows, as its asset keeps it. */
export function picturePatch(picture: ImageAnalysis): AssetPatch {
  return {
    perceptualHash: hashBits(picture.perceptualHash),
    colours: picture.colours,
    quality: qualityOf(picture.quality),
  };
}

/** Reasons of a parser as one sentence for the reader. */
export function sentenceOf(reasons: readonly string[]): string {
  const text = reasons.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

/** What is wrong with a file that could be read all the same, for the findings of its probe. */
export function damageOf(reasons: readonly string[]): { damage?: string } {
  return reasons.length > 0 ? { damage: sentenceOf(reasons) } : {};
}

/** `1 page`, `3 pages`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
