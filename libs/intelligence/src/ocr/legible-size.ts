/** Longest side of what Tesseract is given: more costs time and finds little. */
const longestSide = 3200;
/** Letters of small pictures are enlarged towards the size that Tesseract was trained on (about 30 pixels). */
const mostEnlargement = 3;
const wantedSide = 2000;

/** The size at which a picture's text is read: small pictures enlarged, large ones reduced. */
export function legibleSize(width: number, height: number): { width: number; height: number } {
  const side = Math.max(width, height);
  const factor = side > longestSide ? longestSide / side : Math.min(mostEnlargement, Math.max(1, wantedSide / side));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
