import { ProtobufWriter } from './protobuf-writer.ts';

/** Element types of tensors, with their numbers in onnx.proto's `TensorProto.DataType`. */
export const elementTypes = { float32: 1, uint8: 2, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** A dimension: a size, or the name of a size that is known only when the model runs. */
export type Dimension = number | string;

/** A constant tensor; values lie in row-major order. */
export interface OnnxTensor {
  type: ElementType;
  shape: number[];
  values: readonly number[] | Float32Array;
}

/** What an operator is told besides its inputs. Whole numbers become INT; wrap a float that may be whole in `{ float }`. */
export type OnnxAttribute = number | string | number[] | { float: number } | { graph: OnnxGraph } | { tensor: OnnxTensor };

export interface OnnxNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, OnnxAttribute>;
}

export interface OnnxValue {
  name: string;
  type: ElementType;
  shape: Dimension[];
}

/** A computation: nodes in topological order between named inputs and outputs. */
export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  constants: Map<string, OnnxTensor>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** `AttributeProto.AttributeType` of onnx.proto. */
const attributeTypes = { float: 1, integer: 2, text: 3, tensor: 4, graph: 5, integers: 7 } as const;

/** IR version 8 and operator set 17 are read by every ONNX Runtime since 1.12. */
const irVersion = 8;
const operatorSet = 17;

/** The bytes of an `.onnx` file with the graph (github.com/onnx/onnx, onnx/onnx.proto); equal graphs give equal bytes. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  return new ProtobufWriter()
    .integer(1, irVersion)
    .text(2, 'holdfast')
    .message(7, encodeGraph(graph))
    .message(8, new ProtobufWriter().text(1, '').integer(2, operatorSet))
    .finish();
}

function encodeGraph(graph: OnnxGraph): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const node of graph.nodes) writer.message(1, encodeNode(node));
  writer.text(2, graph.name);
  for (const [name, tensor] of graph.constants) writer.message(5, encodeTensor(tensor, name));
  for (const input of graph.inputs) writer.message(11, encodeValue(input));
  for (const output of graph.outputs) writer.message(12, encodeValue(output));
  return writer;
}

function encodeNode(node: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) writer.message(5, encodeAttribute(name, value));
  return writer;
}

function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (Array.isArray(value)) {
    for (const item of value) writer.integer(8, item);
    return writer.integer(20, attributeTypes.integers);
  }
  if (typeof value === 'string') return writer.text(4, value).integer(20, attributeTypes.text);
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? writer.integer(3, value).integer(20, attributeTypes.integer)
      : writer.float(2, value).integer(20, attributeTypes.float);
  }
  if ('float' in value) return writer.float(2, value.float).integer(20, attributeTypes.float);
  if ('graph' in value) return writer.message(6, encodeGraph(value.graph)).integer(20, attributeTypes.graph);
  return writer.message(5, encodeTensor(value.tensor)).integer(20, attributeTypes.tensor);
}

function encodeTensor(tensor: OnnxTensor, name?: string): ProtobufWriter {
  const expected = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.values.length !== expected)
    throw new Error(`Tensor ${name ?? ''} of shape [${tensor.shape}] holds ${tensor.values.length} values, not ${expected}.`);
  const writer = new ProtobufWriter();
  for (const size of tensor.shape) writer.integer(1, size);
  writer.integer(2, elementTypes[tensor.type]);
  if (name !== undefined) writer.text(8, name);
  return writer.bytes(9, rawBytes(tensor));
}

function rawBytes({ type, values }: OnnxTensor): Uint8Array {
  if (type === 'uint8' || type === 'bool') return Uint8Array.from(values);
  if (type === 'float32') return new Uint8Array(Float32Array.from(values).buffer);
  return new Uint8Array(BigInt64Array.from(Array.from(values, (value) => BigInt(value))).buffer);
}

function encodeValue(value: OnnxValue): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of value.shape) {
    const dimension = new ProtobufWriter();
    shape.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size));
  }
  const tensorType = new ProtobufWriter().integer(1, elementTypes[value.type]).message(2, shape);
  return new ProtobufWriter().text(1, value.name).message(2, new ProtobufWriter().message(1, tensorType));
}
