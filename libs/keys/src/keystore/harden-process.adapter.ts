import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';

const dumpFilter = '/proc/self/coredump_filter';

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
    if (mayDumpCores())
      execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:0'], { stdio: 'ignore', timeout: 5000 });
  } catch {
    failures.push('Core dumps could not be forbidden: prlimit (util-linux) is missing or failed.');
  }
  try {
    // Whatever makes a dump in spite of the limit finds nothing to put into it (core(5)).
    if (!isUndumpable()) writeFileSync(dumpFilter, '0');
  } catch {
    failures.push('The contents of core dumps could not be emptied.');
  }
  return failures;
}

/** Whether the limit allows core dumps; whoever started us may have forbidden them already, and forbidden programs as well. */
function mayDumpCores(): boolean {
  return !/^Max core file size\s+0\s+0\s/m.test(readFileSync('/proc/self/limits', 'utf8'));
}

/** A program that its account may not read is never dumped nor traced by that account; the kernel then gives its files in /proc to root (prctl(2), PR_SET_DUMPABLE). */
function isUndumpable(): boolean {
  return process.getuid?.() !== 0 && statSync(dumpFilter).uid === 0;
}
