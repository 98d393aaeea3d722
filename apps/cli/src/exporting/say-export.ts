import type { ExportTally } from '#media';
import { exitCodes } from '../command.ts';
import { formatBytes } from '../format.ts';
import { interrupted } from '../stop-on-signal.ts';
import type { Terminal } from '../terminal.ts';

const mostFailuresShown = 10;

/** Says what came of writing originals; answers the exit code. */
export function sayExport(terminal: Terminal, tally: ExportTally, wasStopped: boolean): number {
  const { writtenFiles, thereFiles, failedFiles, bytes, failures } = tally;
  const mark = failedFiles > 0 ? terminal.style('yellow', '!') : terminal.style('green', '✓');
  terminal.say(`${mark} ${writtenFiles} written, ${thereFiles} there already, ${failedFiles} failed · ${formatBytes(bytes)}`);
  for (const { name, message } of failures.slice(0, mostFailuresShown)) terminal.complain(`  ${name}: ${message}`);
  if (failedFiles > mostFailuresShown) terminal.complain(`  … and ${failedFiles - mostFailuresShown} more`);
  if (wasStopped) terminal.say('Stopped before the end; the same command goes on where it was.');
  if (wasStopped) return interrupted;
  return failedFiles > 0 ? exitCodes.error : exitCodes.ok;
}
