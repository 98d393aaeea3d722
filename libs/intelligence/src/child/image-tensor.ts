import type { ImageTower } from '../domain/model-parts.schema.ts';

type Preprocessing = ImageTower['preprocessing'];

/** RGB bytes of `count` pictures as the floats that a model was trained on, in its layout and channel order. */
export function toPixelValues(bytes: Uint8Array, count: number, preprocessing: Preprocessing): Float32Array {
  const pixels = preprocessing.width * preprocessing.height;
  const values = new Float32Array(count * pixels * 3);
  const [first, second, third] = channelTables(preprocessing);
  if (!first || !second || !third) return values;
  const [red, blue] = preprocessing.channelOrder === 'RGB' ? [0, 2] : [2, 0];
  const [step, apart] = preprocessing.layout === 'NCHW' ? [1, pixels] : [3, 1];
  for (let item = 0; item < count; item++) {
    // One pass over the pixels as they lie: this runs for every picture that any model sees.
    let source = item * pixels * 3;
    let target = item * pixels * 3;
    for (let pixel = 0; pixel < pixels; pixel++) {
      values[target] = first[bytes[source + red] as number] as number;
      values[target + apart] = second[bytes[source + 1] as number] as number;
      values[target + 2 * apart] = third[bytes[source + blue] as number] as number;
      source += 3;
      target += step;
    }
  }
  return values;
}

/** What each byte becomes, per channel of the model: (byte · rescale − mean) ÷ std. */
function channelTables({ rescale, mean, std }: Preprocessing): Float32Array[] {
  return mean.map((average, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte * rescale - average) / (std[channel] ?? 1)),
  );
}
