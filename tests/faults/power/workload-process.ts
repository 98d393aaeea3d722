import { type ChildProcess, spawn } from 'node:child_process';
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

/** Starts a process that does the work of a workload, armed with a failpoint where one is named. */
export function startWorkload(
  { name }: Workload,
  order: WorkloadOrder,
  failpoint?: string,
): { child: ChildProcess; ended: Promise<WorkloadEnd> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'workload.child.ts'), name, JSON.stringify(order)], {
    env: {
      PATH: process.env.PATH,
      HOLDFAST_LOG_LEVEL: 'fatal',
      ...(failpoint === undefined ? {} : { HOLDFAST_FAILPOINT: failpoint }),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr?.on('data', (part: Buffer) => said.push(part));
  const ended = new Promise<WorkloadEnd>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, said: Buffer.concat(said).toString().trim() }));
  });
  return { child, ended };
}
