/** Deterministic noise: the same seed gives the same world every time. */
export function randomOf(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

/** One of a list, by noise. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** An identifier made of a number and its kind, in the shape of a UUID. */
export function idOf(kind: number, number: number): string {
  return `0192f0aa-${kind.toString(16).padStart(4, '0')}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The number an identifier was made of. */
export function numberOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}
