import { modelFault } from './model-fault.ts';

/** What a graph answered: row-major values and their sizes. */
export interface GraphOutput {
  data: Float32Array;
  dims: readonly number[];
}

export interface VectorShape {
  dimensions: number;
  pooling: 'none' | 'mean' | 'cls';
  normalise: boolean;
}

/**
 * One vector per item from what a graph answered, pooled and scaled as the manifest says, one after the other. `mask` has a 1
 * per real token of each row. Throws MODEL_DIMENSIONS_MISMATCH or MODEL_OUTPUT_INVALID.
 */
export function toVectors(output: GraphOutput, count: number, shape: VectorShape, mask?: number[][]): Float32Array {
  const pooled = shape.pooling === 'none' ? output : pool(output, shape.pooling, mask);
  const [rows, dimensions] = [pooled.dims[0], pooled.dims.slice(1).reduce((product, size) => product * size, 1)];
  if (rows !== count || dimensions !== shape.dimensions)
    throw modelFault(
      'MODEL_DIMENSIONS_MISMATCH',
      `The model answers [${pooled.dims.join(', ')}] for ${count === 1 ? 'one item' : `${count} items`}; model.json says ${shape.dimensions} values each.`,
      'Correct embedding.dimensions, the output name or the pooling in model.json.',
    );
  const vectors = Float32Array.from(pooled.data);
  for (let row = 0; row < count; row++)
    finishVector(vectors.subarray(row * dimensions, (row + 1) * dimensions), shape.normalise);
  return vectors;
}

function pool({ data, dims }: GraphOutput, pooling: 'mean' | 'cls', mask?: number[][]): GraphOutput {
  const [rows, tokens, width] = dims;
  if (dims.length !== 3 || !rows || !tokens || !width)
    throw modelFault(
      'MODEL_DIMENSIONS_MISMATCH',
      `Pooling "${pooling}" needs [items, tokens, values], not [${dims.join(', ')}].`,
    );
  const pooled = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const length = pooling === 'cls' ? 1 : tokens;
    let counted = 0;
    for (let token = 0; token < length; token++) {
      if (pooling === 'mean' && mask?.[row]?.[token] === 0) continue;
      counted++;
      const from = (row * tokens + token) * width;
      for (let index = 0; index < width; index++)
        pooled[row * width + index] = num(pooled, row * width + index) + num(data, from + index);
    }
    for (let index = 0; index < width; index++)
      pooled[row * width + index] = num(pooled, row * width + index) / Math.max(1, counted);
  }
  return { data: pooled, dims: [rows, width] };
}

function num(values: Float32Array, index: number): number {
  return values[index] as number;
}

function finishVector(vector: Float32Array, normalise: boolean): void {
  const squares = vector.reduce((sum, value) => sum + value * value, 0);
  if (!Number.isFinite(squares) || squares === 0)
    throw modelFault(
      'MODEL_OUTPUT_INVALID',
      `The model answered ${squares === 0 ? 'only zeros' : 'values that are no numbers'}.`,
    );
  if (!normalise) return;
  const length = Math.sqrt(squares);
  for (let index = 0; index < vector.length; index++) vector[index] = num(vector, index) / length;
}
