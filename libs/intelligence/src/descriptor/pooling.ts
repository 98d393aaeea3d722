import type { GraphBuilder, Handle } from '../onnx/index.ts';

/** Mean of blocks of `factor` × `factor` pixels: a smaller picture. */
export function shrink(graph: GraphBuilder, value: Handle, factor: number): Handle {
  return graph.add('AveragePool', [value], { kernel_shape: [factor, factor], strides: [factor, factor] });
}

/** Repeats the outermost pixels, so that the frame of the picture is not an edge. */
export function replicateEdge(graph: GraphBuilder, value: Handle, width: number): Handle {
  return graph.add('Pad', [value, graph.integers([0, 0, width, width, 0, 0, width, width])], { mode: 'edge' });
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
 * The left half of a grid plus its mirrored right half: what is above or below matters, left or right does not, so a mirrored
 * picture is the same picture. Input: [batch, channels, 4, 4]; output [batch, channels, 4, 2].
 */
export function foldSides(graph: GraphBuilder, grid: Handle, mirrored = grid): Handle {
  const left = graph.add('Gather', [grid, graph.integers([0, 1])], { axis: 3 });
  const right = graph.add('Gather', [mirrored, graph.integers([3, 2])], { axis: 3 });
  return graph.add('Add', [left, right]);
}

/** Square roots, so that one strong value does not drown the rest: [batch, values]. */
export function rootValues(graph: GraphBuilder, value: Handle): Handle {
  const flat = graph.add('Flatten', [value], { axis: 1 });
  return graph.add('Sqrt', [graph.add('Add', [flat, graph.floats(1e-8)])]);
}

/**
 * One part of the descriptor, made comparable: minus what any picture has (so that what is unusual counts, and unrelated
 * pictures are near 0), unit length, times its weight. Input and output: [batch, values].
 */
export function weighPart(graph: GraphBuilder, rooted: Handle, expected: readonly number[], weight: number): Handle {
  const unusual = graph.add('Sub', [rooted, graph.floats(expected, [1, expected.length])]);
  return graph.add('Mul', [unitLength(graph, unusual), graph.floats(weight)]);
}

/** Rows scaled to length 1; a row of zeros stays zero. Input: [batch, values]. */
export function unitLength(graph: GraphBuilder, value: Handle): Handle {
  const length = graph.add('ReduceL2', [value], { axes: [1], keepdims: 1 });
  return graph.add('Div', [value, graph.add('Max', [length, graph.floats(1e-6)])]);
}
