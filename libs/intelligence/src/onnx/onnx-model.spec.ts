import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

test('numbers are written as Protocol Buffers ask, negative ones in ten bytes', () => {
  expect([...new ProtobufWriter().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...new ProtobufWriter().integer(1, -1).finish()]).toEqual([0x08, ...Array(9).fill(0xff), 0x01]);
  expect([...new ProtobufWriter().text(2, 'testing').finish()]).toEqual([0x12, 0x07, ...Buffer.from('testing')]);
});

test('ONNX Runtime loads what is written and calculates with it', async () => {
  const graph = new GraphBuilder('twice');
  const value = graph.input('value', 'float32', ['batch', 2]);
  graph.output('twice', graph.add('Mul', [value, graph.floats(2)]), 'float32', ['batch', 2]);
  const session = await InferenceSession.create(Buffer.from(graph.encode()));
  const { twice } = await session.run({ value: new Tensor('float32', [1, 2, 3, 4], [2, 2]) });
  expect(Array.from((twice as Tensor).data as Float32Array)).toEqual([2, 4, 6, 8]);
});

test('a constant whose values do not fit its shape is refused', () => {
  const graph = new GraphBuilder('wrong');
  graph.floats([1, 2, 3], [2, 2]);
  expect(() => graph.encode()).toThrow('holds 3 values, not 4');
});
