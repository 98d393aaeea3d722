/** Share of the last ten seconds in which some, or all, waited for a resource, in percent (Documentation/accounting/psi.rst). */
export interface Pressure {
  some10: number;
  full10: number;
}

/** Pressure on each resource; null where the kernel does not measure it. */
export interface Pressures {
  cpu: Pressure | null;
  memory: Pressure | null;
  io: Pressure | null;
}

/** Reads a pressure file; the machine's own `cpu` has no meaningful `full`. null where it is none. */
export function parsePressure(text: string | null): Pressure | null {
  const of = (kind: string) => new RegExp(`^${kind} avg10=([\\d.]+)`, 'm').exec(text ?? '')?.[1];
  const some = of('some');
  return some === undefined ? null : { some10: Number(some), full10: Number(of('full') ?? 0) };
}

/** Time since it began in which some waited, in microseconds; null where the kernel does not measure it. */
export function parseStall(text: string | null): number | null {
  const total = /^some .*total=(\d+)/m.exec(text ?? '')?.[1];
  return total === undefined ? null : Number(total);
}
