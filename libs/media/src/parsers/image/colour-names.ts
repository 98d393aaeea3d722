import { distanceSquared, type Oklab, toOklab } from './oklab.ts';

// Everyday words, each with a few typical shades, so that people find "beige" and "navy" by typing them.
const shades: Record<string, readonly string[]> = {
  black: ['#000000', '#141414', '#1c1a1a'],
  'dark grey': ['#3c3c3c', '#4a4a4a'],
  grey: ['#808080', '#6e6e6e', '#949494'],
  'light grey': ['#c0c0c0', '#d2d2d2'],
  white: ['#ffffff', '#f4f4f4', '#f0eeea'],
  red: ['#e02020', '#c81e1e', '#ff0000'],
  'dark red': ['#7d1414', '#5a1010'],
  pink: ['#f4a0b8', '#ff69b4', '#e8a0a0'],
  orange: ['#f08020', '#ffa500', '#e06010'],
  brown: ['#6b4226', '#8b5a2b', '#4a3020'],
  beige: ['#d8c8a8', '#e8dcc4', '#c8b090'],
  yellow: ['#f0e020', '#ffd700', '#fff380'],
  gold: ['#b8902c', '#c8a040'],
  olive: ['#707020', '#5a5c20', '#8c8c40'],
  green: ['#30a030', '#208040', '#60b050', '#00ff00'],
  'dark green': ['#1c4a20', '#203820', '#2e5230'],
  'light green': ['#a8e0a0', '#90d070'],
  turquoise: ['#30c8c0', '#20a0a0', '#60d8d0'],
  teal: ['#186868', '#205858'],
  'light blue': ['#a8cce8', '#88b8e0', '#b8dcf4'],
  blue: ['#2860d0', '#3878c8', '#0000ff', '#4a80b8'],
  navy: ['#182050', '#101c48', '#1c3060'],
  purple: ['#8030a0', '#602080', '#9050c0'],
  violet: ['#b090e0', '#9878d0'],
  magenta: ['#d020a0', '#ff00ff'],
};

const catalogue: Array<readonly [string, Oklab]> = Object.entries(shades).flatMap(([name, hexes]) =>
  hexes.map((hex) => [name, fromHex(hex)] as const),
);

function fromHex(hex: string): Oklab {
  const value = Number.parseInt(hex.slice(1), 16);
  return toOklab(value >> 16, (value >> 8) & 255, value & 255);
}

/** The everyday name of a colour, in English. */
export function nameOfColour(colour: Oklab): string {
  let best = 'grey';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [name, shade] of catalogue) {
    // Hue counts for more than lightness when people name a colour.
    const distance = distanceSquared([colour[0] * 0.7, colour[1], colour[2]], [shade[0] * 0.7, shade[1], shade[2]]);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}
