/** Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, 4.2). Without tables or branches: neither may tell of secret bytes. */
export function multiply(left: number, right: number): number {
  let product = 0;
  for (let bit = 0, factor = left; bit < 8; bit++) {
    product ^= factor & -((right >> bit) & 1);
    factor = (factor << 1) ^ (0x11b & -(factor >> 7));
  }
  return product;
}

/** Multiplicative inverse in GF(2^8): the 254th power. The inverse of 0 is 0. */
export function invert(value: number): number {
  let power = value;
  for (let step = 0; step < 6; step++) power = multiply(multiply(power, power), value);
  return multiply(power, power);
}
