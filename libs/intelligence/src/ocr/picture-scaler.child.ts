import sharp, { type Sharp } from 'sharp';
import type { ParserHandlers } from '#sandbox';
import { isGrainy } from './grain.ts';
import { legibleSize } from './legible-size.ts';

// The program of the sandboxed process that prepares pictures for Tesseract.

sharp.concurrency(1);
sharp.cache(false);

interface GreyPixels {
  data: Buffer;
  width: number;
  height: number;
}

/** A picture, upright, grey, without grain and at a legible size, as a PGM file (netpbm.sourceforge.net/doc/pgm.html). */
export const handlers: ParserHandlers = {
  grey: async ({ maxPixels }: { maxPixels: number }, [bytes]: Buffer[]) => {
    const upright = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'none' })
      .autoOrient()
      .flatten({ background: '#ffffff' });
    const { autoOrient } = await upright.metadata();
    const size = legibleSize(autoOrient.width, autoOrient.height);
    // Reduced at once, enlarged only after smoothing: enlarged grain is slow to smooth and hard to tell from letters.
    const first = size.width < autoOrient.width ? size : autoOrient;
    const grey = await greyPixels(upright.resize(first.width, first.height, { fit: 'fill' }));
    const smoothed = await greyPixels(reopen(grey).median(3));
    const grainy = isGrainy(grey.data, smoothed.data);
    const kept = grainy ? smoothed : grey;
    const scaled = first === size ? kept : await greyPixels(reopen(kept).resize(size.width, size.height, { fit: 'fill' }));
    const header = Buffer.from(`P5\n${size.width} ${size.height}\n255\n`);
    return { value: { ...size, grainy }, buffers: [header, scaled.data] };
  },
};

async function greyPixels(picture: Sharp): Promise<GreyPixels> {
  const { data, info } = await picture
    .toColourspace('b-w')
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function reopen({ data, width, height }: GreyPixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 1 } });
}
