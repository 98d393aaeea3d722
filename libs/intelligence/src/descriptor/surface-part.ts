import type { GraphBuilder, Handle } from '../onnx/index.ts';
import { shrink } from './pooling.ts';
import { squaredDerivatives } from './shape-part.ts';

/** Natural logarithms of the gradient of a smooth, a soft, a structured and a rough surface, where brightness goes from 0 to 1. */
const levels = [-5.35, -4.15, -2.95, -1.75];
const sharpness = 2;
/** Squared gradient of the noise in a compressed photograph. */
const noise = 2e-5;

/**
 * How far the surface around each pixel belongs to each of four levels of roughness: softmax(−sharpness · distance²). Input:
 * brightness [batch, 1, 2·side, 2·side]; output: one [batch, 1, side, side] for each level.
 */
function roughness(graph: GraphBuilder, brightness: Handle): Handle[] {
  const squares = shrink(graph, squaredDerivatives(graph, brightness, 2), 2);
  const energy = graph.add('ReduceSum', [squares, graph.integers([1])], { keepdims: 1 });
  const doubled = graph.add('Log', [graph.add('Add', [energy, graph.floats(noise)])]);
  const level = graph.add('Mul', [doubled, graph.floats(0.5)]);
  const distance = graph.add('Sub', [level, graph.floats(levels, [1, levels.length, 1, 1])]);
  const logits = graph.add('Mul', [graph.add('Mul', [distance, distance]), graph.floats(-sharpness)]);
  return graph.addMany('Split', [graph.add('Softmax', [logits], { axis: 1 })], levels.length, { axis: 1 });
}

/**
 * How much of each colour is smooth, soft, structured and rough: a lawn and a green wall have one colour but not one surface (as
 * in CEDD: Chatzichristofis and Boutalis, ICVS 2008). Input: memberships [batch, colours, side, side] and brightness at twice the
 * side; output [batch, 4 · colours, side, side].
 */
export function coloursBySurface(graph: GraphBuilder, colours: Handle, brightness: Handle): Handle {
  const shares = roughness(graph, brightness).map((share) => graph.add('Mul', [colours, share]));
  return graph.add('Concat', shares, { axis: 1 });
}
