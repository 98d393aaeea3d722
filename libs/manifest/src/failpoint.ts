import { readEnvironment } from './environment.ts';

interface Failpoint {
  name: string;
  /** The visit at which the process dies, from 1. */
  visit: number;
}

function parse(text: string | undefined): Failpoint | undefined {
  const match = /^([a-z.-]+)(?:@(\d+))?$/.exec(text ?? '');
  return match?.[1] ? { name: match[1], visit: Number(match[2] ?? 1) } : undefined;
}

const armed = parse(readEnvironment().failpoint);
let visits = 0;

/**
 * An instant at which fault tests kill this process as a power cut would: with `HOLDFAST_FAILPOINT=name` (or `name@n` for the nth
 * visit) it dies by SIGKILL right here. Costs one comparison otherwise.
 */
export function failpoint(name: string): void {
  if (armed === undefined || armed.name !== name) return;
  visits += 1;
  if (visits === armed.visit) process.kill(process.pid, 'SIGKILL');
}
