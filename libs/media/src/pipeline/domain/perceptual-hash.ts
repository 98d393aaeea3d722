/** Bits in which the hashes of near-duplicates may differ. */
export const nearDistance = 7;

const bits = 64;
const bands = 4;
const bandBits = bits / bands;
/** A hash with fewer ones (or zeros) is that of a blank picture, and would make all blank pictures alike. */
const fewestOnes = 8;

/** A perceptual hash given as 16 hex digits, as 64 binary digits. */
export function hashBits(hex: string): string {
  return BigInt(`0x${hex}`).toString(2).padStart(bits, '0');
}

/** Whether a hash says enough about its picture to compare by. */
export function isTelling(hash: string): boolean {
  const ones = [...hash].filter((bit) => bit === '1').length;
  return ones >= fewestOnes && ones <= bits - fewestOnes;
}

/** The hash in four numbers of 16 bits. */
export function bandsOf(hash: string): number[] {
  return Array.from({ length: bands }, (_, band) => Number.parseInt(hash.slice(band * bandBits, (band + 1) * bandBits), 2));
}

/**
 * Every band value that a near-duplicate may share: of two hashes at most 7 bits apart, some band of 16 differs in at most one bit,
 * because 4 bands of 2 differing bits would make 8 (multi-index hashing, Norouzi et al. 2012).
 */
export function bandProbes(hash: string): { bands: number[]; values: number[] } {
  const probes = bandsOf(hash).flatMap((value, band) =>
    [0, ...Array.from({ length: bandBits }, (_, bit) => 1 << bit)].map((flip) => ({ band, value: value ^ flip })),
  );
  return { bands: probes.map((probe) => probe.band), values: probes.map((probe) => probe.value) };
}
