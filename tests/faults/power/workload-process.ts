import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workload } from './workload.ts';

/** What a process that does the work of a workload is told. */
export interface WorkloadOrder {
  folders: string[];
  /** Logs of its devices, in their order; none where nothing is recorded. */
  logFiles: string[];
  scratch: string;
  seed: string;
  /** Gets a line of JSON for each acknowledgement. */
  acknowledgementsFile: string;
}

/** How it ended, and what it said on its way. */
export interface WorkloadEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

/** A process that loads the product and then waits for its word to begin. */
export interface WorkloadProcess {
  /** Settles when it begins, or has ended before. */
  begin(): Promise<void>;
  kill(): void;
  ended: Promise<WorkloadEnd>;
}

/** Starts a process that will do the work of a workload, armed with a failpoint where one is named. */
export function startWorkload({ name }: Workload, order: WorkloadOrder, failpoint?: string): WorkloadProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'workload.child.ts'), name, JSON.stringify(order)], {
    env: {
      PATH: process.env.PATH,
      // What a killed process leaves there goes with the rig's folder.
      TMPDIR: order.scratch,
      HOLDFAST_LOG_LEVEL: 'fatal',
      // The product is the same each time: it is compiled once.
      NODE_COMPILE_CACHE: join(tmpdir(), 'holdfast-faults-compiled'),
      ...(failpoint === undefined ? {} : { HOLDFAST_FAILPOINT: failpoint }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C is for the rig, which ends its processes in order.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const said: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => said.push(part));
  const ended = new Promise<WorkloadEnd>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, said: Buffer.concat(said).toString().trim() }));
  });
  const ready = once(child.stdout, 'data').catch(() => {});
  const begin = async () => {
    await Promise.race([ready, ended]);
    child.stdin.end('begin');
  };
  return { begin, kill: () => child.kill('SIGKILL'), ended };
}
