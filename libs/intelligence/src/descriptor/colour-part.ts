import type { GraphBuilder, Handle } from '../onnx/index.ts';

/**
 * From gamma-coded sRGB to OKLab (Björn Ottosson, bottosson.github.io/posts/oklab), where distance is close to how
 * different two colours look. Input and output: [batch, 3, height, width]; input 0–1.
 */
export function toOklab(graph: GraphBuilder, rgb: Handle): Handle {
  const linear = graph.add('Pow', [rgb, graph.floats(2.2)]);
  const cones = mixChannels(graph, linear, [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ]);
  const response = graph.add('Pow', [graph.add('Max', [cones, graph.floats(1e-6)]), graph.floats(1 / 3)]);
  return mixChannels(graph, response, [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ]);
}

function mixChannels(graph: GraphBuilder, value: Handle, matrix: number[][]): Handle {
  return graph.add('Conv', [value, graph.floats(matrix.flat(), [matrix.length, matrix[0]?.length ?? 0, 1, 1])]);
}

/** A named colour that pixels are compared with, in OKLab. */
export type Prototype = readonly [lightness: number, a: number, b: number];

/** Evenly spread greys and rings of hues. */
export function palette(greys: number, rings: { lightness: number; chroma: number; hues: number }[]): Prototype[] {
  const neutral = Array.from({ length: greys }, (_, index): Prototype => [0.08 + (0.86 * index) / (greys - 1), 0, 0]);
  const coloured = rings.flatMap(({ lightness, chroma, hues }) =>
    Array.from({ length: hues }, (_, index): Prototype => {
      const angle = (2 * Math.PI * index) / hues + 0.5;
      return [lightness, round(chroma * Math.cos(angle)), round(chroma * Math.sin(angle))];
    }),
  );
  return [...neutral, ...coloured];
}

/** Constants are rounded so that a last digit that differs between machines cannot change the file. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** How much a step in lightness and in colour weighs, and how sharply a pixel prefers its nearest prototype. */
const axisScale: Prototype = [0.6, 3, 3];
const sharpness = 28;

/**
 * How far each pixel belongs to each prototype: softmax(−sharpness · distance²). The pixel's own square cancels in the
 * softmax, so a 1×1 convolution does it. Output: [batch, prototypes, height, width].
 */
export function softAssign(graph: GraphBuilder, lab: Handle, prototypes: Prototype[]): Handle {
  const scales = axisScale.map((scale) => scale * scale);
  const weights = prototypes.flatMap((colour) => colour.map((value, axis) => 2 * sharpness * value * (scales[axis] ?? 1)));
  const biases = prototypes.map(
    (colour) => -sharpness * colour.reduce((sum, value, axis) => sum + value * value * (scales[axis] ?? 1), 0),
  );
  const logits = graph.add('Conv', [lab, graph.floats(weights, [prototypes.length, 3, 1, 1]), graph.floats(biases)]);
  return graph.add('Softmax', [logits], { axis: 1 });
}
