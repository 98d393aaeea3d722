import { isIPv4, isIPv6 } from 'node:net';

/** The addresses of a network, as numbers. */
export interface NetworkRange {
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

/** Reads a network in CIDR notation (RFC 4632, RFC 4291); undefined where it is none, or has bits set behind its prefix. */
export function readNetwork(text: string): NetworkRange | undefined {
  const [, address, length] = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (address === undefined || length === undefined) return undefined;
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('.') ? 6 : undefined;
  const bits = family === 4 ? 32 : 128;
  if (family === undefined || Number(length) > bits || String(Number(length)) !== length) return undefined;
  const first = family === 4 ? numberOfV4(address) : numberOfV6(address);
  const size = 1n << BigInt(bits - Number(length));
  return first % size === 0n ? { family, first, last: first + size - 1n } : undefined;
}

/** Whether two networks have an address in common. */
export function doOverlap(one: NetworkRange, other: NetworkRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

function numberOfV4(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

/** `::` stands for as many groups of zeros as are missing. */
function numberOfV6(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...(tail === undefined ? [] : zeros), ...after].reduce(
    (sum, group) => (sum << 16n) + BigInt(`0x${group}`),
    0n,
  );
}
