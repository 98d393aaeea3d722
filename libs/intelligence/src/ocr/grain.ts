/** From here on a picture is grainy: text leaves most pixels as their neighbours are, grain and grass leave none. */
const grainyFrom = 5;

/**
 * Whether a grey picture is grain, grass or gravel all over: by how much the middle one of its pixels differs from the picture
 * smoothed by a median of 3×3. Reading every grain as a letter takes a minute and finds nothing.
 */
export function isGrainy(grey: Uint8Array, smoothed: Uint8Array): boolean {
  const counts = new Uint32Array(256);
  for (let index = 0; index < grey.length; index++) {
    const difference = Math.abs((grey[index] as number) - (smoothed[index] as number));
    counts[difference] = (counts[difference] as number) + 1;
  }
  let below = 0;
  for (let difference = 0; difference < grainyFrom; difference++) below += counts[difference] as number;
  return below < grey.length / 2;
}
