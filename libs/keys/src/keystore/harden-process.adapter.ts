import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * Takes away what would let others of the same account read this process's memory without being root: core dumps, and the debugger that Node
 * opens on SIGUSR1. Answers what could not be done, as sentences.
 */
export function hardenProcess(): string[] {
  process.umask(0o077);
  // A listener of ours takes the place of Node's, which would open a debugger.
  process.on('SIGUSR1', () => {});
  const failures: string[] = [];
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:0'], { stdio: 'ignore', timeout: 5000 });
  } catch {
    failures.push('Core dumps could not be forbidden: prlimit (util-linux) is missing or failed.');
  }
  try {
    // Whatever makes a dump in spite of the limit finds nothing to put into it (core(5)).
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    failures.push('The contents of core dumps could not be emptied.');
  }
  return failures;
}
