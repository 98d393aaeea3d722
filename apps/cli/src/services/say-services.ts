import type { HostedService, LogLine } from '#services';
import { formatBytes, formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const colours = {
  running: 'green',
  failed: 'red',
  degraded: 'yellow',
  starting: 'yellow',
  stopped: 'dim',
  unknown: 'dim',
} as const;

/** Lists services with what is known of each. */
export function sayServices(terminal: Terminal, services: readonly HostedService[]): void {
  const rows = services.map(({ id, state, since, restarts, pid, memoryBytes, slice, cpus, unit }) => [
    id,
    state,
    since === null ? '–' : formatInstant(since),
    restarts === null || restarts === 0 ? '' : `${restarts}×`,
    pid === null ? '–' : String(pid),
    memoryBytes === null ? '–' : formatBytes(memoryBytes),
    slice ?? '',
    cpus ?? '',
    unit ?? '',
  ]);
  const [heads, ...lines] = formatTable([
    ['service', 'state', 'since', 'restarts', 'pid', 'memory', 'slice', 'CPUs', 'unit'],
    ...rows,
  ]);
  terminal.say(terminal.style('dim', (heads ?? '').trimEnd()));
  for (const [index, line] of lines.entries()) {
    const { state, lastExit } = services[index] as HostedService;
    terminal.say(terminal.style(colours[state], line.trimEnd()));
    if (lastExit) terminal.say(terminal.style('dim', `  ${lastExit}`));
  }
}

/** Prints lines of a log. */
export function sayLog(terminal: Terminal, lines: readonly LogLine[]): void {
  for (const { at, level, text } of lines) terminal.say(`${at ?? ''} ${level ?? ''} ${text}`.trimStart());
}
