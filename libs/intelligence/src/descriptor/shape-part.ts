import type { GraphBuilder, Handle } from '../onnx/index.ts';
import { foldSides, gridMeans, replicateEdge } from './pooling.ts';

const orientations = 8;

/** Luma of gamma-coded sRGB (ITU-R BT.601): [batch, 1, height, width]. */
export function luma(graph: GraphBuilder, rgb: Handle): Handle {
  return graph.add('Conv', [rgb, graph.floats([0.299, 0.587, 0.114], [1, 3, 1, 1])]);
}

/** Squared derivatives along `count` directions, evenly turned Sobel kernels: [batch, count, height, width]. */
export function squaredDerivatives(graph: GraphBuilder, brightness: Handle, count: number): Handle {
  const kernels = Array.from({ length: count }, (_, index) => {
    const angle = (Math.PI * index) / count;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return sobelX.map((value, cell) => Math.round((value * cosine + (sobelY[cell] ?? 0) * sine) * 1e6) / 1e6);
  });
  const weights = graph.floats(kernels.flat(), [count, 1, 3, 3]);
  const derivatives = graph.add('Conv', [replicateEdge(graph, brightness, 1), weights]);
  return graph.add('Mul', [derivatives, derivatives]);
}

const sobelX = [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((value) => value / 8);
const sobelY = [-1, -2, -1, 0, 0, 0, 1, 2, 1].map((value) => value / 8);

/**
 * Brightness as its deviation from its surroundings of `width` × `width` pixels, in units of the contrast there: a faint edge in
 * the shade counts like a hard one in the sun (as before GIST: Oliva and Torralba, IJCV 2001).
 */
export function evenLight(graph: GraphBuilder, brightness: Handle, width: number): Handle {
  const pad = (width - 1) / 2;
  const around = (value: Handle) =>
    graph.add('AveragePool', [value], {
      kernel_shape: [width, width],
      strides: [1, 1],
      pads: [pad, pad, pad, pad],
      count_include_pad: 0,
    });
  const deviation = graph.add('Sub', [brightness, around(brightness)]);
  const variance = around(graph.add('Mul', [deviation, deviation]));
  return graph.add('Div', [deviation, graph.add('Sqrt', [graph.add('Add', [variance, graph.floats(1e-3)])])]);
}

/**
 * Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) with soft bins: an edge votes for every orientation by the
 * fourth power of the cosine between them. Input: brightness [batch, 1, side, side]; output [batch, 8, 4, 2].
 */
export function edgeHistograms(graph: GraphBuilder, brightness: Handle, side: number): Handle {
  const squares = squaredDerivatives(graph, brightness, orientations);
  // Eight evenly turned cosines squared sum to four times the squared gradient.
  const sum = graph.add('ReduceSum', [squares, graph.integers([1])], { keepdims: 1 });
  const energy = graph.add('Add', [sum, graph.floats(1e-5)]);
  const strength = graph.add('Sqrt', [energy]);
  const votes = graph.add('Div', [graph.add('Mul', [squares, squares]), graph.add('Mul', [strength, energy])]);
  const grid = gridMeans(graph, votes, side);
  return foldSides(graph, grid, graph.add('Gather', [grid, graph.integers(mirroredOrientations)], { axis: 1 }));
}

/** What each orientation is in a mirror. */
const mirroredOrientations = Array.from({ length: orientations }, (_, index) => (orientations - index) % orientations);
