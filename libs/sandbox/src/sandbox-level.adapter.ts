import { execFile } from 'node:child_process';
import { type Confinement, confine } from './confinement.ts';
import { sandboxUnavailable } from './sandbox-errors.ts';

/** How strong the walls around parsers are on this machine, and why. Shown on the system page. */
export interface SandboxLevel {
  /** `full`: own file system, no network. `reduced`: limits and no network, but shared files. `none`: parsers refuse to run. */
  level: 'full' | 'reduced' | 'none';
  confinement: Confinement | null;
  reason: string;
}

let detected: Promise<SandboxLevel> | undefined;

/** Finds out once per process which walls work here, by building each and running `true` inside. */
export function sandboxLevel(): Promise<SandboxLevel> {
  detected ??= detect();
  return detected;
}

/** The walls to use. Throws SANDBOX_UNAVAILABLE where none work: no parser runs without walls. */
export async function requireConfinement(): Promise<Confinement> {
  const { confinement, reason } = await sandboxLevel();
  if (confinement === null) throw sandboxUnavailable(reason);
  return confinement;
}

async function detect(): Promise<SandboxLevel> {
  const root = process.getuid?.() === 0;
  const bubblewrap = await attempt(root ? 'bwrap-root' : 'bwrap');
  if (bubblewrap.works) {
    const reason = 'bubblewrap: no network, own processes, read-only files, no privileges';
    return { level: 'full', confinement: root ? 'bwrap-root' : 'bwrap', reason };
  }
  const unshare = await attempt(root ? 'unshare-root' : 'unshare');
  if (unshare.works) {
    const reason = `bubblewrap does not work (${bubblewrap.problem}); network and processes are walled off, files are not`;
    return { level: 'reduced', confinement: root ? 'unshare-root' : 'unshare', reason };
  }
  const reason = `neither bubblewrap (${bubblewrap.problem}) nor unshare (${unshare.problem}) works`;
  return { level: 'none', confinement: null, reason };
}

function attempt(confinement: Confinement): Promise<{ works: boolean; problem: string }> {
  const { file, args } = confine(confinement, {
    command: '/usr/bin/true',
    args: () => [],
    readOnly: [],
    writable: [],
    environment: {},
    limits: { memoryBytes: 2 ** 28, wallSeconds: 10, processes: 16, outputBytes: 2 ** 20 },
  });
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000 }, (error, _stdout, stderr) => {
      const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
      const problem = missing ? `${file} is not installed` : stderr.trim().split('\n').at(-1) || error?.message || '';
      resolve({ works: error === null, problem });
    });
  });
}
