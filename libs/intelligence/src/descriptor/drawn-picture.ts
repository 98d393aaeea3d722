import { descriptorSide } from './visual-descriptor.graph.ts';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Colour = [red: number, green: number, blue: number];

/** OKLab to gamma-coded sRGB, 0–1. */
function toRgb(lightness: number, a: number, b: number): Colour {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const coded = (value: number) => Math.max(0, Math.min(1, value)) ** (1 / 2.2);
  return [
    coded(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    coded(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    coded(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  ];
}

/** What a picture is drawn with. */
interface Brush {
  random: () => number;
  normal: () => number;
  /** A colour of this picture's mood: about its lightness and tint, seldom vivid. */
  colour: () => Colour;
  /** Colours of all pixels, 0–1, row by row. */
  pixels: Float32Array;
}

function takeBrush(seed: number): Brush {
  const random = randomNumbers(seed * 7919 + 13);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const mood = { lightness: 0.25 + 0.6 * random(), a: normal() * 0.05, b: normal() * 0.06 };
  const contrast = 0.05 + 0.3 * random();
  const vividness = 0.02 + 0.12 * random() ** 2;
  const colour = () => {
    const lightness = Math.min(0.98, Math.max(0.02, mood.lightness + normal() * contrast));
    const [hue, chroma] = [2 * Math.PI * random(), vividness * Math.abs(normal())];
    return toRgb(lightness, mood.a + chroma * Math.cos(hue), mood.b + chroma * Math.sin(hue));
  };
  return { random, normal, colour, pixels: new Float32Array(descriptorSide * descriptorSide * 3) };
}

/** A ground that goes from one colour above to another below, as skies and tables do. */
function paintGround({ colour, pixels }: Brush): void {
  const [above, below] = [colour(), colour()];
  pixels.forEach((_, at) => {
    const share = Math.floor(at / (descriptorSide * 3)) / descriptorSide;
    pixels[at] = (above[at % 3] ?? 0) * (1 - share) + (below[at % 3] ?? 0) * share;
  });
}

/** One disc or box, turned, stretched, shaded and blurred by chance. */
function paintLeaf({ random, normal, colour, pixels }: Brush, radius: number, fromTop: number): void {
  const [middleX, middleY] = [random() * descriptorSide, (fromTop + random() * (1 - fromTop)) * descriptorSide];
  const [fill, angle] = [colour(), random() * Math.PI];
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const stretch = random() < 0.5 ? 1 : 0.3 + 0.7 * random();
  const isBox = random() < 0.4;
  const softness = random() < 0.5 ? 1 : 1 + random() * 6;
  const [shadeX, shadeY] = [normal() * 0.004, normal() * 0.004];
  const [first, last] = [
    (middle: number) => Math.max(0, Math.floor(middle - radius - 2)),
    (middle: number) => Math.min(descriptorSide, middle + radius + 2),
  ];
  for (let y = first(middleY); y < last(middleY); y++)
    for (let x = first(middleX); x < last(middleX); x++) {
      const [right, down] = [x - middleX, y - middleY];
      const along = Math.abs(right * cosine + down * sine);
      const across = Math.abs(down * cosine - right * sine) / stretch;
      const distance = isBox ? Math.max(along, across) * 1.2 : Math.hypot(along, across);
      const cover = Math.min(1, Math.max(0, (radius - distance) / softness));
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * descriptorSide + x) * 3 + channel;
        const shaded = (fill[channel] ?? 0) + shadeX * right + shadeY * down;
        pixels[at] = (pixels[at] ?? 0) + cover * (shaded - (pixels[at] ?? 0));
      }
    }
}

/**
 * A picture made by chance that has the statistics of photographs without being one: things of all sizes that hide each other (dead
 * leaves: Ruderman, Vision Research 1997) over a graded ground, with grain. The same RGB bytes for the same seed.
 */
export function drawPicture(seed: number): Uint8Array {
  const brush = takeBrush(seed);
  const { random, normal, pixels } = brush;
  paintGround(brush);
  const count = Math.floor(Math.exp(random() * 7));
  const [most, least] = [10 + 60 * random(), 1 + 6 * random()];
  const grain = 0.125 * random() ** 2;
  const fromTop = random() < 0.5 ? 0 : 0.3;
  for (let leaf = 0; leaf < count; leaf++) {
    // As many leaves of each size as cover the same area: a power law of −3.
    const chance = random();
    paintLeaf(brush, 1 / Math.sqrt(chance / least ** 2 + (1 - chance) / most ** 2), fromTop);
  }
  const speckle = Float32Array.from({ length: pixels.length / 3 }, () => normal() * grain);
  return Uint8Array.from(pixels, (value, at) =>
    Math.max(0, Math.min(255, Math.round((value + (speckle[Math.floor(at / 3)] ?? 0)) * 255))),
  );
}
