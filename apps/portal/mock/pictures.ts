import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { randomOf } from './random.ts';

interface Scene {
  sky: [string, string];
  sun: { x: number; y: number; r: number; colour: string };
  hills: { colour: string; path: string }[];
}

const palettes = [
  ['#2b4c7e', '#f2b880', '#c97b4a', '#5e4b56', '#2c2a3a'],
  ['#9ec5e8', '#f5f0e1', '#7fa37c', '#4a7355', '#2b4a3f'],
  ['#1b1f3a', '#5b5f97', '#3a3e6b', '#262a52', '#14162e'],
  ['#f6d6ad', '#fbeee0', '#d98e73', '#a45c5c', '#5c3b4e'],
  ['#8fb8de', '#dbe9f4', '#8c9fb1', '#5f7488', '#384a5c'],
  ['#264653', '#e9c46a', '#f4a261', '#e76f51', '#3d2b3d'],
  ['#cfd8dc', '#eceff1', '#90a4ae', '#607d8b', '#37474f'],
  ['#0f3d3e', '#e2dcc8', '#57837b', '#35605a', '#100f0f'],
];

/** Few different scenes, so that a hundred thousand pictures cost nothing. */
const differentScenes = 48;

function sceneOf(seed: number, width: number, height: number): Scene {
  const random = randomOf((seed % differentScenes) + 11);
  const palette = palettes[Math.floor(random() * palettes.length)] as string[];
  const hills = palette.slice(2).map((colour, layer) => {
    const base = height * (0.5 + layer * 0.16 + random() * 0.06);
    const points = Array.from(
      { length: 7 },
      (_, step) => `${(width * step) / 6},${base - random() * height * (0.22 - layer * 0.05)}`,
    );
    return { colour, path: `M0,${height} L${points.join(' L')} L${width},${height} Z` };
  });
  return {
    sky: [palette[0] as string, palette[1] as string],
    sun: {
      x: width * (0.15 + random() * 0.7),
      y: height * (0.15 + random() * 0.3),
      r: height * (0.04 + random() * 0.08),
      colour: '#fff6e0',
    },
    hills,
  };
}

/** A made-up landscape as SVG. */
export function pictureSvg(seed: number, ratio: number, label = '', scale = 4): string {
  const height = 400;
  const width = Math.round(height * ratio);
  const scene = sceneOf(seed, width, height);
  const hills = scene.hills.map((hill) => `<path d="${hill.path}" fill="${hill.colour}"/>`).join('');
  const words = label
    ? `<text x="50%" y="58%" text-anchor="middle" font-family="serif" font-size="${Math.round(width / 14)}" fill="#fff">${label}</text>`
    : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="${scene.sky[0]}"/><stop offset=".7" stop-color="${scene.sky[1]}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#s)"/><circle cx="${scene.sun.x}" cy="${scene.sun.y}" r="${scene.sun.r}" fill="${scene.sun.colour}" opacity=".85"/>${hills}${words}</svg>`;
}

/** A sprite of frames that drift, four columns by three rows. */
export function stripSvg(seed: number, ratio: number): string {
  const height = 90;
  const width = Math.round(height * ratio);
  const frames = Array.from({ length: 12 }, (_, frame) => {
    const inner = pictureSvg(seed + (frame >> 2), ratio).replace(
      '<svg ',
      `<svg x="${(frame % 4) * width}" y="${Math.floor(frame / 4) * height}" `,
    );
    return inner
      .replace(/width="\d+" height="\d+"/, `width="${width}" height="${height}"`)
      .replaceAll('id="s"', `id="s${frame}"`)
      .replaceAll('#s)', `#s${frame})`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * 4}" height="${height * 3}">${frames.join('')}</svg>`;
}

const hashes = new Map<string, string>();

/** A thumbhash that goes with the landscape of a seed. */
export function pictureHash(seed: number, ratio: number): string {
  const random = randomOf((seed % differentScenes) + 11);
  const palette = Math.floor(random() * palettes.length);
  const key = `${palette}:${ratio.toFixed(1)}`;
  const known = hashes.get(key);
  if (known) return known;
  const colours = (palettes[palette] as string[]).map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  );
  const height = ratio >= 1 ? Math.round(24 / ratio) : 24;
  const width = ratio >= 1 ? 24 : Math.round(24 * ratio);
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const band = colours[Math.min(4, Math.floor((y / height) * 5))] as number[];
      rgba.set([...band, 255], (y * width + x) * 4);
    }
  const hash = Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
  hashes.set(key, hash);
  return hash;
}

/** Some seconds of a quiet two-tone melody, so that the player has something to play. */
export function melodyWav(seconds: number): Buffer {
  const rate = 8000;
  const samples = Math.floor(rate * Math.min(seconds, 120));
  const wav = Buffer.alloc(44 + samples);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples, 40);
  for (let at = 0; at < samples; at += 1) {
    const tone = [220, 277, 330, 277][Math.floor(at / rate) % 4] as number;
    wav[44 + at] = 128 + Math.round(18 * Math.sin((2 * Math.PI * tone * at) / rate));
  }
  return wav;
}

const thumbnails = new Map<string, Promise<Buffer>>();
/** The landscape as a small WebP, as the appliance makes them. */
export function pictureThumbnail(seed: number, ratio: number, label: string): Promise<Buffer> {
  const key = `${seed % differentScenes}:${ratio}:${label}`;
  const made =
    thumbnails.get(key) ??
    sharp(Buffer.from(pictureSvg(seed, ratio, label, 1)))
      .resize(250, 250, { fit: 'inside' })
      .webp()
      .toBuffer();
  thumbnails.set(key, made);
  return made;
}
