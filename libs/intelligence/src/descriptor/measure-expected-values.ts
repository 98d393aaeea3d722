import { InferenceSession, Tensor } from 'onnxruntime-node';
import { drawPicture } from './drawn-picture.ts';
import { buildRawDescriptor, descriptorDimensions, descriptorSide } from './visual-descriptor.graph.ts';

/** So many drawn pictures that the next hundred would change no mean by more than 0.02. */
const pictures = 400;
const batch = 50;

/** The means of the raw descriptor over drawn pictures, to three decimals. */
export async function measureExpectedValues(): Promise<number[]> {
  const session = await InferenceSession.create(Buffer.from(buildRawDescriptor()));
  const sums = new Float64Array(descriptorDimensions);
  for (let first = 0; first < pictures; first += batch) {
    const bytes = Buffer.concat(Array.from({ length: batch }, (_, index) => drawPicture(first + index)));
    const image = new Tensor('uint8', bytes, [batch, descriptorSide, descriptorSide, 3]);
    const { descriptor } = await session.run({ image });
    for (const [at, value] of (descriptor?.data as Float32Array | undefined)?.entries() ?? [])
      sums[at % descriptorDimensions] = (sums[at % descriptorDimensions] ?? 0) + value;
  }
  return Array.from(sums, (sum) => Math.round((sum / pictures) * 1000) / 1000);
}
