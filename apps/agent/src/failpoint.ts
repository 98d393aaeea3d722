import { readEnvironment } from '#manifest';

const [, name, visit = '1'] = /^(agent\.[a-z-]+)(?:@(\d+))?$/.exec(readEnvironment().failpoint ?? '') ?? [];
let visits = 0;

/**
 * An instant at which fault tests kill this process as a power cut would: with `HOLDFAST_FAILPOINT=agent.name` (or `agent.name@n` for the
 * nth visit) it dies by SIGKILL right here. Costs one comparison otherwise.
 */
export function failpoint(here: string): void {
  if (name !== here) return;
  visits += 1;
  if (visits === Number(visit)) process.kill(process.pid, 'SIGKILL');
}
