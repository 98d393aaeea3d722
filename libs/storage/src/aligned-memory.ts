/** Types of Node do not name it where those of browsers are not loaded. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };
};
const pageBytes = 65_536;

/**
 * Memory that begins at a page, which reading past the page cache (`O_DIRECT`) demands; other buffers of Node begin anywhere. Whole pages
 * of 64 KiB; each address space it takes is large, so keep it.
 */
export function alignedMemory(bytes: number): Uint8Array {
  return new Uint8Array(new webAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) }).buffer);
}
