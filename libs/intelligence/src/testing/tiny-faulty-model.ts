import { GraphBuilder } from '../onnx/index.ts';
import type { TinyModel } from './tiny-embedding-models.ts';

/** Side of the pictures that the faulty model takes. */
export const faultySide = 8;

/** A picture on which the faulty model's process ends: its first byte is 255. */
export function poisonousPicture(): Uint8Array {
  const picture = new Uint8Array(faultySide * faultySide * 3).fill(10);
  picture[0] = 255;
  return picture;
}

/** A picture of one brightness below 255. */
export function harmlessPicture(brightness: number): Uint8Array {
  return new Uint8Array(faultySide * faultySide * 3).fill(brightness);
}

/**
 * Answers the mean brightness of each picture, and never comes to an end when the first byte of any picture of the batch is
 * 255: a stand-in for inputs that end their process. With `tells`, it reports an error instead.
 */
export function tinyFaultyModel(tells = false): TinyModel {
  const graph = new GraphBuilder('faulty');
  const pixels = graph.input('image', 'uint8', ['batch', faultySide, faultySide, 3]);
  const values = graph.add('Reshape', [graph.add('Cast', [pixels], { to: 1 }), graph.integers([0, -1])]);
  const mean = graph.add('ReduceMean', [values], { axes: [1], keepdims: 1 });
  const first = graph.add('Slice', [values, graph.integers([0]), graph.integers([1]), graph.integers([1])]);
  const worst = graph.add('ReduceMax', [first], { keepdims: 0 });
  const poisoned = graph.add('Cast', [graph.add('GreaterOrEqual', [worst, graph.floats(255)])], { to: 7 });
  const extra = tells ? badGather(graph, poisoned) : endlessSum(graph, poisoned);
  const answer = graph.add('Add', [mean, extra]);
  graph.output('vector', graph.add('Concat', [answer, graph.add('Add', [answer, graph.floats(1)])], { axis: 1 }), 'float32', [
    'batch',
    2,
  ]);
  return {
    manifest: {
      manifestVersion: 1,
      name: tells ? 'tiny-telling' : 'tiny-endless',
      version: '1.0.0',
      title: 'Tiny faulty model',
      task: 'image-embedding',
      embedding: { dimensions: 2, space: 'faults', normalise: false },
      image: {
        file: 'model.onnx',
        input: { name: 'image', type: 'uint8', shape: ['batch', faultySide, faultySide, 3] },
        output: { name: 'vector', shape: ['batch', 2] },
        preprocessing: { width: faultySide, height: faultySide, fit: 'fill', layout: 'NHWC' },
      },
      memoryMb: 400,
      licence: { spdx: 'Apache-2.0', source: 'Made by the test.' },
    },
    files: { 'model.onnx': graph.encode() },
  };
}

type Handle = ReturnType<GraphBuilder['floats']>;

/** Adds nothing, as often as told. */
function endlessSum(graph: GraphBuilder, poisoned: Handle): Handle {
  const body = new GraphBuilder('body');
  body.input('iteration', 'int64', []);
  const going = body.input('going', 'bool', []);
  const sum = body.input('sum', 'float32', []);
  body.output('go on', going, 'bool', []);
  body.output('next sum', body.add('Add', [sum, body.floats(0)]), 'float32', []);
  const times = graph.add('Mul', [poisoned, graph.integers(2 ** 50)]);
  const go = graph.add('Cast', [graph.floats(1)], { to: 9 });
  return graph.add('Loop', [times, go, graph.floats(0)], { body: { graph: body.graph } });
}

function badGather(graph: GraphBuilder, poisoned: Handle): Handle {
  const index = graph.add('Mul', [poisoned, graph.integers(5)]);
  return graph.add('Gather', [graph.floats([0, 0]), index], { axis: 0 });
}
