const known = ['os', 'postgresql', 'redis', 'api', 'ml', 'video', 'monitoring'];
const others = 4;

/** The fixed colour of who has cores, on every page: by name, so that a workload keeps it whoever else is declared. What is free, and what everybody shares, are grey. */
export function workloadColour(id: string | undefined, isReserve = id === 'reserve'): string {
  if (id === undefined) return 'var(--load-everybody)';
  if (isReserve) return 'var(--load-none)';
  if (known.includes(id)) return `var(--load-${id})`;
  const sum = [...id].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return `var(--load-other-${1 + (sum % others)})`;
}
