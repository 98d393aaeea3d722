import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const pieceBytes = 1 << 20;
const longestRegion = 1 << 30;

/** Writable regions of a process's memory: start and end. Device memory and reservations of gigabytes hold no data of ours. */
function writableRegions(pid: number): [number, number][] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, start = '', end = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    const [from, to] = [Number.parseInt(start, 16), Number.parseInt(end, 16)];
    return to - from < longestRegion ? [[from, to] as [number, number]] : [];
  });
}

function readRegion(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  try {
    for (let at = 0; at < bytes.length; ) {
      const length = readSync(descriptor, bytes, at, Math.min(pieceBytes, bytes.length - at), from + at);
      if (length === 0) break;
      at += length;
    }
  } catch {
    // Parts of a region may not be there.
  }
  return bytes;
}

/** Names of those byte strings that lie in the writable memory of a process. Throws where the kernel does not let us look (proc_pid_mem(5)). */
export function findInMemory(pid: number, wanted: Record<string, Buffer>): string[] {
  const descriptor = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const found = new Set<string>();
    for (const [from, to] of writableRegions(pid)) {
      const bytes = readRegion(descriptor, from, to);
      for (const [name, value] of Object.entries(wanted)) if (bytes.includes(value)) found.add(name);
    }
    return [...found];
  } finally {
    closeSync(descriptor);
  }
}
