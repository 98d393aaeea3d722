import type { GraphBuilder, Handle } from '../onnx/index.ts';

/** Mean of blocks of `factor` × `factor` pixels: a smaller picture. */
export function shrink(graph: GraphBuilder, value: Handle, factor: number): Handle {
  return graph.add('AveragePool', [value], { kernel_shape: [factor, factor], strides: [factor, factor] });
}

/**
 * Means over a 4×4 grid of cells that overlap their neighbours by half, so that a small shift of the picture moves little
 * between cells. Input: [batch, channels, side, side]; output [batch, channels, 4, 4].
 */
export function gridMeans(graph: GraphBuilder, value: Handle, side: number): Handle {
  const cell = side / 4;
  const margin = cell / 2;
  return graph.add('AveragePool', [value], {
    kernel_shape: [cell * 2, cell * 2],
    strides: [cell, cell],
    pads: [margin, margin, margin, margin],
    count_include_pad: 0,
  });
}

/** Means over the whole picture: [batch, channels, 1, 1]. */
export function globalMeans(graph: GraphBuilder, value: Handle): Handle {
  return graph.add('GlobalAveragePool', [value]);
}

/**
 * One part of the descriptor, made comparable: square root (so that one strong bin does not drown the rest), minus its own
 * mean (so that unrelated pictures are near 0, not near 1), unit length, times its weight. Output: [batch, values].
 */
export function weighPart(graph: GraphBuilder, value: Handle, weight: number): Handle {
  const flat = graph.add('Flatten', [value], { axis: 1 });
  const rooted = graph.add('Sqrt', [graph.add('Add', [flat, graph.floats(1e-8)])]);
  const mean = graph.add('ReduceMean', [rooted], { axes: [1], keepdims: 1 });
  return graph.add('Mul', [unitLength(graph, graph.add('Sub', [rooted, mean])), graph.floats(weight)]);
}

/** Rows scaled to length 1; a row of zeros stays zero. Input: [batch, values]. */
export function unitLength(graph: GraphBuilder, value: Handle): Handle {
  const length = graph.add('ReduceL2', [value], { axes: [1], keepdims: 1 });
  return graph.add('Div', [value, graph.add('Max', [length, graph.floats(1e-6)])]);
}
