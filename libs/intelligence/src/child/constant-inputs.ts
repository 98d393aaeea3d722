import type { Tensor } from 'onnxruntime-node';
import type { ImageTower } from '../domain/model-parts.schema.ts';
import { loadRuntime } from './session.ts';

const arrays = {
  float32: (length: number, fill: number) => new Float32Array(length).fill(fill),
  uint8: (length: number, fill: number) => new Uint8Array(length).fill(fill),
  bool: (length: number, fill: number) => new Uint8Array(length).fill(fill),
  int64: (length: number, fill: number) => new BigInt64Array(length).fill(BigInt(Math.trunc(fill))),
};

/** The tensors that a graph asks for beside what a task has, filled as the manifest says. */
export async function constantTensors(inputs: ImageTower['constantInputs'], batch: number): Promise<Record<string, Tensor>> {
  const { Tensor: OrtTensor } = await loadRuntime();
  return Object.fromEntries(
    inputs.map(({ name, type, shape, fill }) => {
      const sizes = shape.map((size) => (typeof size === 'number' ? size : batch));
      const length = sizes.reduce((product, size) => product * size, 1);
      return [name, new OrtTensor(type, arrays[type](length, fill) as Float32Array, sizes)];
    }),
  );
}
