import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Appliance, environmentOfCaller, loadAppliance } from '#manifest';
import type { ApplianceState } from '#supervisor';

/** A supervisor that a test started. */
export interface StartedSupervisor {
  child: ChildProcess;
  /** The last state it told. */
  state(): ApplianceState | undefined;
  ended: Promise<number | null>;
}

/** In memory where that is possible: making a database syncs hundreds of files. */
const parent = existsSync('/dev/shm') ? '/dev/shm' : '/tmp';

/** A home of its own, with as many supervisors as a test wants to start on it. */
export class SupervisorWorld {
  readonly folder = mkdtempSync(join(parent, 'holdfast-launcher-'));
  readonly home: string;
  /** The file that declares the appliance; the one of the checkout unless a test says otherwise. */
  manifest: string | undefined;
  private readonly port: number;
  private readonly children: ChildProcess[] = [];

  private constructor(port: number, homeName: string) {
    this.port = port;
    chmodSync(this.folder, 0o755);
    if (process.getuid?.() === 0) chmodSync(this.folder, 0o1777);
    this.home = join(this.folder, homeName);
  }

  static async create(homeName = 'home'): Promise<SupervisorWorld> {
    return new SupervisorWorld(await freePort(), homeName);
  }

  environment(): Record<string, string> {
    const own: Record<string, string> = this.manifest ? { HOLDFAST_MANIFEST: this.manifest } : {};
    return { ...environmentOfCaller(), ...own, HOLDFAST_HOME: this.home, HOLDFAST_PORT: String(this.port) };
  }

  appliance(): Appliance {
    return loadAppliance({ HOLDFAST_HOME: this.home, HOLDFAST_PORT: String(this.port) });
  }

  /** Starts a supervisor and waits until it is ready, or has given up. */
  async start(): Promise<StartedSupervisor> {
    const script = join(import.meta.dirname, 'supervise.ts');
    const child = spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', script], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.push(child);
    let state: ApplianceState | undefined;
    createInterface(child.stdout).on('line', (line) => {
      state = JSON.parse(line) as ApplianceState;
    });
    const ended = new Promise<number | null>((settle) => child.on('close', (code) => settle(code)));
    const isSettled = () => state?.phase === 'ready' || child.exitCode !== null || child.signalCode !== null;
    await until(isSettled, 30_000);
    return { child, state: () => state, ended };
  }

  async close(): Promise<void> {
    for (const child of this.children)
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((settle) => child.on('exit', settle));
        child.kill('SIGTERM');
        await ended;
      }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((settle) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Waits until something holds; throws when it does not in time. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Still not so after ${limitMs} ms: ${condition}`);
    await sleep(20);
  }
}
