import { GraphBuilder, type Handle } from '../onnx/index.ts';
import { palette, softAssign, toOklab } from './colour-part.ts';
import { expectedValues } from './expected-values.ts';
import { foldSides, globalMeans, gridMeans, rootValues, shrink, unitLength, weighPart } from './pooling.ts';
import { edgeHistograms, evenLight, luma } from './shape-part.ts';
import { coloursBySurface } from './surface-part.ts';

/** Width and height of the picture that the descriptor reads, in pixels. */
export const descriptorSide = 128;
/** Length of the descriptor. */
export const descriptorDimensions = 512;

/** The 32 colours that pictures are described by. */
const colours = palette(6, [
  { lightness: 0.35, chroma: 0.09, hues: 8 },
  { lightness: 0.62, chroma: 0.09, hues: 9 },
  { lightness: 0.62, chroma: 0.2, hues: 9 },
]);

/** The parts in their order: how many values each has, and how much it counts; found by ranking labelled photographs (docs/adr/0012). */
export const descriptorParts = {
  colourBySurface: { length: 128, weight: 1.73 },
  colourByPlace: { length: 256, weight: 1.73 },
  fineEdges: { length: 64, weight: 1 },
  coarseEdges: { length: 64, weight: 0.84 },
};

/**
 * The visual descriptor as an ONNX graph: RGB bytes [batch, 128, 128, 3] in, 512 values of length 1 out. The cosine of two
 * descriptors says how alike two pictures look in colour, surface and shape; nothing in it is learned from photographs.
 */
export function buildVisualDescriptor(): Uint8Array {
  const graph = new GraphBuilder('visual-descriptor');
  let start = 0;
  const parts = describe(graph).map((value, index) => {
    const { length, weight } = Object.values(descriptorParts)[index] as { length: number; weight: number };
    const expected = expectedValues.slice(start, start + length);
    start += length;
    return weighPart(graph, value, expected, weight);
  });
  return finish(graph, unitLength(graph, graph.add('Concat', parts, { axis: 1 })));
}

/** The descriptor before what any picture has is taken off: what `expectedValues` are means of. */
export function buildRawDescriptor(): Uint8Array {
  const graph = new GraphBuilder('visual-descriptor');
  return finish(graph, graph.add('Concat', describe(graph), { axis: 1 }));
}

/** The parts of the description, [batch, values] each. */
function describe(graph: GraphBuilder): Handle[] {
  const rgb = scaledChannelsFirst(graph, graph.input('image', 'uint8', ['batch', descriptorSide, descriptorSide, 3]));
  const small = descriptorSide / 4;
  const colourShares = softAssign(graph, toOklab(graph, shrink(graph, rgb, 4)), colours);
  const brightness = luma(graph, rgb);
  const halved = shrink(graph, brightness, 2);
  const quartered = shrink(graph, brightness, 4);
  return [
    globalMeans(graph, coloursBySurface(graph, colourShares, halved)),
    foldSides(graph, gridMeans(graph, colourShares, small)),
    edgeHistograms(graph, evenLight(graph, halved, 5), descriptorSide / 2),
    edgeHistograms(graph, evenLight(graph, quartered, 9), small),
  ].map((part) => rootValues(graph, part));
}

function scaledChannelsFirst(graph: GraphBuilder, bytes: Handle): Handle {
  const float = graph.add('Cast', [bytes], { to: 1 });
  const scaled = graph.add('Mul', [float, graph.floats(1 / 255)]);
  return graph.add('Transpose', [scaled], { perm: [0, 3, 1, 2] });
}

function finish(graph: GraphBuilder, descriptor: Handle): Uint8Array {
  graph.output('descriptor', descriptor, 'float32', ['batch', descriptorDimensions]);
  return graph.encode();
}
