import { randomBytes } from 'node:crypto';
import { invert, multiply } from './galois.ts';

/** One point of the polynomials that hide a secret: x is the index (1 to 255), y one byte per byte of the secret. */
export interface SharePoint {
  index: number;
  value: Buffer;
}

/** Value at `x` of the polynomial with the given coefficients, lowest first (Horner). */
function evaluate(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0);
}

/**
 * Splits a secret into shares of which any `threshold` give it back and fewer tell nothing: Shamir, "How to share a secret" (1979),
 * a polynomial over GF(2^8) for each byte.
 */
export function splitSecret(secret: Uint8Array, threshold: number, count: number): SharePoint[] {
  const points = Array.from({ length: count }, (_, at) => ({ index: at + 1, value: Buffer.alloc(secret.length) }));
  const random = randomBytes(secret.length * (threshold - 1));
  secret.forEach((byte, at) => {
    const coefficients = [byte, ...random.subarray(at * (threshold - 1), (at + 1) * (threshold - 1))];
    for (const { index, value } of points) value[at] = evaluate(coefficients, index);
  });
  random.fill(0);
  return points;
}

/** Factor of one point when the polynomials' value at zero is interpolated (Lagrange). */
function weightAtZero(points: readonly SharePoint[], own: number): number {
  return points.reduce(
    (weight, { index }) => (index === own ? weight : multiply(weight, multiply(index, invert(index ^ own)))),
    1,
  );
}

/** The secret that the points hide, when they are enough and right; other bytes when not. Indexes must differ. */
export function joinSecret(points: readonly SharePoint[]): Buffer {
  const secret = Buffer.alloc(points[0]?.value.length ?? 0);
  for (const { index, value } of points) {
    const weight = weightAtZero(points, index);
    for (let at = 0; at < secret.length; at++) secret[at] = (secret[at] ?? 0) ^ multiply(value[at] ?? 0, weight);
  }
  return secret;
}
