/** The wire types of Protocol Buffers that ONNX files use (protobuf.dev/programming-guides/encoding). */
const wire = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const;

/** Writes one Protocol Buffers message field by field, in the order of the calls, so that equal input gives equal bytes. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** An int32, int64 or enum field; negative values take ten bytes, as the encoding asks. */
  integer(field: number, value: number | bigint): this {
    this.#tag(field, wire.varint);
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, wire.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#parts.push(bytes);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, wire.lengthDelimited);
    this.#varint(BigInt(value.byteLength));
    this.#parts.push(value);
    return this;
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The bytes of the whole message. */
  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #tag(field: number, type: number): void {
    this.#varint(BigInt((field << 3) | type));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#parts.push(Uint8Array.from(bytes));
  }
}
