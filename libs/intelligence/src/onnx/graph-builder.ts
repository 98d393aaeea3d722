import {
  type Dimension,
  type ElementType,
  encodeModel,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxValue,
} from './onnx-model.ts';

/** A named value inside a graph under construction. */
export type Handle = string & { readonly handle: unique symbol };

/**
 * Builds an ONNX graph one operator after the other: each call adds a node and hands back its output's name. Names are
 * numbered in the order of the calls, so that the same program always writes the same file.
 */
export class GraphBuilder {
  readonly #graph: OnnxGraph;
  #count = 0;

  constructor(name: string) {
    this.#graph = { name, nodes: [], constants: new Map(), inputs: [], outputs: [] };
  }

  input(name: string, type: ElementType, shape: Dimension[]): Handle {
    this.#graph.inputs.push({ name, type, shape });
    return name as Handle;
  }

  /** A float constant; without a shape it is a vector, and a bare number is a scalar. */
  floats(values: number | readonly number[], shape?: number[]): Handle {
    return this.#constant('float32', values, shape);
  }

  /** An int64 constant, as operators take axes, shapes and indices. */
  integers(values: number | readonly number[], shape?: number[]): Handle {
    return this.#constant('int64', values, shape);
  }

  /** Adds an operator with one output. */
  add(operator: string, inputs: Handle[], attributes: Record<string, OnnxAttribute> = {}): Handle {
    const [output] = this.addMany(operator, inputs, 1, attributes);
    return output as Handle;
  }

  /** Adds an operator with several outputs. */
  addMany(operator: string, inputs: Handle[], outputCount: number, attributes: Record<string, OnnxAttribute> = {}): Handle[] {
    const outputs = Array.from({ length: outputCount }, () => this.#name(operator));
    this.#graph.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** Declares a value as an output of the graph, under the given name. */
  output(name: string, value: Handle, type: ElementType, shape: Dimension[]): void {
    this.#graph.nodes.push({ operator: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.#graph.outputs.push({ name, type, shape } satisfies OnnxValue);
  }

  /** The graph itself, to be a branch of an `If` of another. */
  get graph(): OnnxGraph {
    return this.#graph;
  }

  /** The bytes of the `.onnx` file. */
  encode(): Uint8Array {
    return encodeModel(this.#graph);
  }

  #constant(type: ElementType, values: number | readonly number[], shape?: number[]): Handle {
    const list = typeof values === 'number' ? [values] : values;
    const name = this.#name('constant');
    this.#graph.constants.set(name, { type, shape: shape ?? (typeof values === 'number' ? [] : [list.length]), values: list });
    return name;
  }

  #name(prefix: string): Handle {
    this.#count += 1;
    return `${this.#graph.name}.${prefix}.${this.#count}` as Handle;
  }
}
