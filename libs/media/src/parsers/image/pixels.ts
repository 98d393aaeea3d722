/** Interleaved 8-bit sRGB pixels, rows top to bottom. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** One value per pixel. */
export interface Plane {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Longest edge of the plane on which quality is measured, so that pictures of all sizes compare. */
export const PLANE_EDGE = 720;

/** Luma (BT.601, as JPEG has it) of a picture, averaged over whole blocks down to about PLANE_EDGE. */
export function lumaPlane(pixels: Pixels): Plane {
  const block = Math.max(1, Math.round(Math.max(pixels.width, pixels.height) / PLANE_EDGE));
  const width = Math.max(1, Math.floor(pixels.width / block));
  const height = Math.max(1, Math.floor(pixels.height / block));
  const data = new Uint8Array(width * height);
  if (block === 2 && pixels.channels === 3) halveLuma(pixels, data, width, height);
  else averageLuma(pixels, data, width, height, block);
  return { data, width, height };
}

/**
 * The common case, written out: of each four pixels the two on the diagonal, which is enough for statistics and half the work. It
 * is the only loop over the large picture in this language.
 */
function halveLuma({ data: from, width: stride }: Pixels, to: Uint8Array, width: number, height: number): void {
  const row = stride * 3;
  let at = 0;
  for (let y = 0; y < height; y++) {
    let a = 2 * y * row;
    let b = a + row + 3;
    for (let x = 0; x < width; x++, a += 6, b += 6) {
      const red = (from[a] as number) + (from[b] as number);
      const green = (from[a + 1] as number) + (from[b + 1] as number);
      const blue = (from[a + 2] as number) + (from[b + 2] as number);
      to[at++] = (77 * red + 150 * green + 29 * blue) >> 9;
    }
  }
}

function averageLuma(pixels: Pixels, to: Uint8Array, width: number, height: number, block: number): void {
  const { data: from, width: stride, channels } = pixels;
  const pixelsPerBlock = block * block;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = 0; dy < block; dy++) {
        let at = ((y * block + dy) * stride + x * block) * channels;
        for (let dx = 0; dx < block; dx++, at += channels)
          sum += 77 * (from[at] as number) + 150 * (from[at + 1] as number) + 29 * (from[at + 2] as number);
      }
      to[y * width + x] = (sum / pixelsPerBlock) >> 8;
    }
  }
}

/** A picture shrunk to exactly the given size by averaging areas; for sizes well below the picture's own. */
export function shrinkPixels(pixels: Pixels, width: number, height: number): Pixels {
  const { data: from, channels } = pixels;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * pixels.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * pixels.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * pixels.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * pixels.width) / width));
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++)
            sum += from[(row * pixels.width + column) * channels + channel] as number;
        }
        data[(y * width + x) * channels + channel] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { data, width, height, channels };
}
