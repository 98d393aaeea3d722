import type { GraphBuilder, Handle } from '../onnx/index.ts';
import { gridMeans, shrink } from './pooling.ts';

const orientations = 8;

/** Luma of gamma-coded sRGB (ITU-R BT.601): [batch, 1, height, width]. */
export function luma(graph: GraphBuilder, rgb: Handle): Handle {
  return graph.add('Conv', [rgb, graph.floats([0.299, 0.587, 0.114], [1, 3, 1, 1])]);
}

/** Derivative along each of the orientations (Sobel kernels turned by cosine and sine): [batch, orientations, height, width]. */
function orientedDerivatives(graph: GraphBuilder, brightness: Handle): Handle {
  const kernels = Array.from({ length: orientations }, (_, index) => {
    const angle = (Math.PI * index) / orientations;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return sobelX.map((value, cell) => Math.round((value * cosine + (sobelY[cell] ?? 0) * sine) * 1e6) / 1e6);
  });
  const weights = graph.floats(kernels.flat(), [orientations, 1, 3, 3]);
  return graph.add('Conv', [replicateEdge(graph, brightness, 1), weights]);
}

const sobelX = [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((value) => value / 8);
const sobelY = [-1, -2, -1, 0, 0, 0, 1, 2, 1].map((value) => value / 8);

/** Repeats the outermost pixels, so that the frame of the picture is not an edge. */
function replicateEdge(graph: GraphBuilder, value: Handle, width: number): Handle {
  return graph.add('Pad', [value, graph.integers([0, 0, width, width, 0, 0, width, width])], { mode: 'edge' });
}

/**
 * Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) with soft bins: an edge votes for every orientation by the
 * fourth power of the cosine between them. Input: brightness [batch, 1, side, side]; output [batch, 8, 4, 4].
 */
export function edgeHistograms(graph: GraphBuilder, brightness: Handle, side: number): Handle {
  const derivatives = orientedDerivatives(graph, brightness);
  const squares = graph.add('Mul', [derivatives, derivatives]);
  // Eight evenly turned cosines squared sum to four times the squared gradient.
  const energy = graph.add('ReduceSum', [squares, graph.integers([1])], { keepdims: 1 });
  const strength = graph.add('Sqrt', [graph.add('Add', [energy, graph.floats(1e-5)])]);
  const votes = graph.add('Div', [
    graph.add('Mul', [squares, squares]),
    graph.add('Mul', [strength, energySafe(graph, energy)]),
  ]);
  return gridMeans(graph, votes, side);
}

function energySafe(graph: GraphBuilder, energy: Handle): Handle {
  return graph.add('Add', [energy, graph.floats(1e-5)]);
}

/** The neighbours in half of the compass; the other half says the same with the opposite sign. */
const neighbours = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/**
 * How coarse, how rough and how directed the surface is, per cell: local contrast and Laplacian at three scales, and how
 * often each of four neighbours is brighter (a soft local binary pattern, Ojala 2002). Output: [batch, 10, 4, 4].
 */
export function textureEnergies(graph: GraphBuilder, brightness: Handle, side: number): Handle {
  const bands: Handle[] = [];
  for (const factor of [1, 2, 4]) {
    const scaled = factor === 1 ? brightness : shrink(graph, brightness, factor);
    bands.push(localContrast(graph, scaled, side / factor), roughness(graph, scaled, side / factor));
  }
  const halved = shrink(graph, brightness, 2);
  bands.push(gridMeans(graph, neighbourSteps(graph, halved), side / 2));
  return graph.add('Concat', bands, { axis: 1 });
}

function localContrast(graph: GraphBuilder, value: Handle, side: number): Handle {
  const mean = blur(graph, value);
  const difference = graph.add('Sub', [value, mean]);
  return gridMeans(graph, graph.add('Abs', [difference]), side);
}

function blur(graph: GraphBuilder, value: Handle): Handle {
  return graph.add('AveragePool', [value], { kernel_shape: [5, 5], strides: [1, 1], pads: [2, 2, 2, 2], count_include_pad: 0 });
}

function roughness(graph: GraphBuilder, value: Handle, side: number): Handle {
  const laplacian = graph.floats([0, -0.25, 0, -0.25, 1, -0.25, 0, -0.25, 0], [1, 1, 3, 3]);
  return gridMeans(graph, graph.add('Abs', [graph.add('Conv', [replicateEdge(graph, value, 1), laplacian])]), side);
}

function neighbourSteps(graph: GraphBuilder, value: Handle): Handle {
  const kernels = neighbours.flatMap(([down, right]) => {
    const kernel = new Array<number>(9).fill(0);
    kernel[4] = -1;
    kernel[(1 + down) * 3 + 1 + right] = 1;
    return kernel;
  });
  const steps = graph.add('Conv', [replicateEdge(graph, value, 1), graph.floats(kernels, [neighbours.length, 1, 3, 3])]);
  // Steps below the noise of a compressed photograph count little.
  return graph.add('Abs', [graph.add('Tanh', [graph.add('Mul', [steps, graph.floats(20)])])]);
}
