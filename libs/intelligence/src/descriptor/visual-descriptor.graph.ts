import { GraphBuilder, type Handle } from '../onnx/index.ts';
import { palette, softAssign, toOklab } from './colour-part.ts';
import { globalMeans, gridMeans, shrink, unitLength, weighPart } from './pooling.ts';
import { edgeHistograms, luma, textureEnergies } from './shape-part.ts';

/** Width and height of the picture that the descriptor reads, in pixels. */
export const descriptorSide = 128;
/** Length of the descriptor: colours by place 192, colours overall 32, edges 128, texture 160. */
export const descriptorDimensions = 512;

/** Twelve colours that each cell of the picture is described by. */
const coarsePalette = palette(4, [{ lightness: 0.6, chroma: 0.13, hues: 8 }]);
/** Thirty-two colours that the whole picture is described by. */
const finePalette = palette(6, [
  { lightness: 0.35, chroma: 0.09, hues: 8 },
  { lightness: 0.62, chroma: 0.09, hues: 9 },
  { lightness: 0.62, chroma: 0.2, hues: 9 },
]);

/** How much each part counts; found by ranking altered copies of photographs among others. */
export interface DescriptorWeights {
  colourByPlace: number;
  colourOverall: number;
  edges: number;
  texture: number;
}
export const descriptorWeights: DescriptorWeights = { colourByPlace: 1, colourOverall: 0.8, edges: 0.9, texture: 0.6 };

/**
 * The visual descriptor as an ONNX graph: RGB bytes [batch, 128, 128, 3] in, 512 values of length 1 out. The cosine of two
 * descriptors says how alike two pictures look in colour, shape and surface; nothing in it is learned.
 */
export function buildVisualDescriptor(weights: DescriptorWeights = descriptorWeights): Uint8Array {
  const graph = new GraphBuilder('visual-descriptor');
  const rgb = scaledChannelsFirst(graph, graph.input('image', 'uint8', ['batch', descriptorSide, descriptorSide, 3]));
  const lab = toOklab(graph, shrink(graph, rgb, 4));
  const brightness = luma(graph, rgb);
  const parts = [
    weighPart(graph, gridMeans(graph, softAssign(graph, lab, coarsePalette), descriptorSide / 4), weights.colourByPlace),
    weighPart(graph, globalMeans(graph, softAssign(graph, lab, finePalette)), weights.colourOverall),
    weighPart(graph, edgeHistograms(graph, shrink(graph, brightness, 2), descriptorSide / 2), weights.edges),
    weighPart(graph, textureEnergies(graph, brightness, descriptorSide), weights.texture),
  ];
  const descriptor = unitLength(graph, graph.add('Concat', parts, { axis: 1 }));
  graph.output('descriptor', descriptor, 'float32', ['batch', descriptorDimensions]);
  return graph.encode();
}

function scaledChannelsFirst(graph: GraphBuilder, bytes: Handle): Handle {
  const float = graph.add('Cast', [bytes], { to: 1 });
  const scaled = graph.add('Mul', [float, graph.floats(1 / 255)]);
  return graph.add('Transpose', [scaled], { perm: [0, 3, 1, 2] });
}
