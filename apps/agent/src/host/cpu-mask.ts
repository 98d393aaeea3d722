const wordBits = 32;

/** Reads a mask as the kernel writes it: words of 32 bits in hexadecimal, the highest first (`ff,00000003`). Throws on anything else. */
export function parseCpuMask(text: string): number[] {
  const words = text.trim().split(',').reverse();
  return words.flatMap((word, index) => {
    if (!/^[0-9a-f]{1,8}$/i.test(word)) throw new Error(`"${text.trim()}" is no mask of CPUs such as ff,00000003`);
    const bits = Number.parseInt(word, 16);
    return Array.from({ length: wordBits }, (_, bit) => bit)
      .filter((bit) => (bits >>> bit) & 1)
      .map((bit) => index * wordBits + bit);
  });
}

/** Writes such a mask. */
export function formatCpuMask(cpus: readonly number[]): string {
  const words = Array.from({ length: Math.floor(Math.max(0, ...cpus) / wordBits) + 1 }, () => 0);
  for (const cpu of cpus)
    words[Math.floor(cpu / wordBits)] = ((words[Math.floor(cpu / wordBits)] ?? 0) | (1 << (cpu % wordBits))) >>> 0;
  const [first = '0', ...rest] = words.reverse().map((word) => word.toString(16));
  return [first, ...rest.map((word) => word.padStart(8, '0'))].join(',');
}
