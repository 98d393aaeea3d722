/** What one sandbox may use. Every value is a hard limit: passing it ends the sandbox, never the caller. */
export interface SandboxLimits {
  /** Resident memory of all processes of the sandbox together, in bytes; and by default writable memory of each. */
  memoryBytes: number;
  /** Writable address space of each process, where that must be larger than the memory: Node reserves much and uses little. */
  dataBytes?: number;
  /** Time from start to end; for a parser pool, of one file. */
  wallSeconds: number;
  /** Processes and threads at one time. */
  processes: number;
  /** Bytes it may write: to standard output, to any one file, and to its output folder as a whole. */
  outputBytes: number;
  /** Processor time of each process. Default: four times the wall time for tools, none for pools. */
  cpuSeconds?: number;
  /** Open files of each process. Default 256. */
  openFiles?: number;
  /** Size of the private /tmp, which is memory. Default 64 MiB. */
  temporaryBytes?: number;
  /** Scheduling courtesy, 0 (none) to 19. Default 5. */
  niceness?: number;
}

const MEBIBYTE = 1024 * 1024;

/** The limits with every default filled in. */
export function completeLimits(limits: SandboxLimits): Required<SandboxLimits> {
  return {
    dataBytes: limits.memoryBytes,
    cpuSeconds: Number.POSITIVE_INFINITY,
    openFiles: 256,
    temporaryBytes: 64 * MEBIBYTE,
    niceness: 5,
    ...limits,
  };
}

/** The `prlimit` arguments that set the limits the kernel keeps by itself. */
export function prlimitArguments(limits: Required<SandboxLimits>): string[] {
  const cpuSeconds = Math.max(1, Math.ceil(limits.cpuSeconds));
  // The soft limit says SIGXCPU, which tells what happened; were both the same, the kernel would only say SIGKILL.
  const cpu = Number.isFinite(cpuSeconds) ? [`--cpu=${cpuSeconds}:${cpuSeconds + 5}`] : [];
  return [
    `--nproc=${limits.processes}`,
    `--fsize=${limits.outputBytes}`,
    // RLIMIT_DATA counts what is writable; RLIMIT_AS would count V8's reservations, which are huge and empty.
    `--data=${limits.dataBytes}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
    ...cpu,
  ];
}
