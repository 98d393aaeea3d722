import { readFileSync } from 'node:fs';

/** One process of this boot, named so that a recycled pid is never mistaken for it. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process: field 22 of proc_pid_stat(5). */
  startTicks: number;
  /** `/proc/sys/kernel/random/boot_id` of the boot it started in. */
  bootId: string;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Fields 3 and on of `/proc/PID/stat`; the name before them is in parentheses and may itself contain any character. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The identity of a running process, or undefined where none has that pid. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  return fields ? { pid, startTicks: Number(fields[19]), bootId: bootId() } : undefined;
}

/** Whether exactly this process still runs; a zombie does not. */
export function isRunning(identity: ProcessIdentity): boolean {
  const fields = statFields(identity.pid);
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return false;
  return Number(fields[19]) === identity.startTicks && identity.bootId === bootId();
}

/** Resident memory of a process in bytes, undefined once it has gone. */
export function residentBytes(pid: number): number | undefined {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the command line or environment of a process names the text; false where neither may be read. */
export function mentions(pid: number, text: string): boolean {
  return ['cmdline', 'environ'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

/** Sends a signal to exactly this process. Answers whether it was there to receive it. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
