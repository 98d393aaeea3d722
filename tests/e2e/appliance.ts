import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findCheckout } from '#manifest';

/** A whole appliance of its own, started by its own command, as a new user would. */
export interface RunningAppliance {
  address: string;
  /** The one-time link that `up` printed. */
  setupLink: string;
  home: string;
  /** Runs the holdfast command against it. */
  holdfast(args: string[], input?: string): Promise<{ code: number; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts the built appliance in an empty folder on a free port. Throws with what the command printed when it does not come up. */
export async function startAppliance(): Promise<RunningAppliance> {
  // Not below root's own temporary folder: the unprivileged account must reach it.
  const home = mkdtempSync('/tmp/holdfast-e2e-');
  const port = await freePort();
  const environment = { ...process.env, HOLDFAST_HOME: home, HOLDFAST_PORT: String(port), NO_COLOR: '1' };
  const holdfast = (args: string[], input = '') =>
    run([join(findCheckout(), 'dist/apps/cli/src/main.js'), ...args], environment, input);
  const stop = async () => {
    await holdfast(['down']);
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  const up = await holdfast(['up', '--detach']);
  const printed = up.stdout + up.stderr;
  const setupLink = /http:\/\/\S+\/setup#token=\S+/.exec(printed)?.[0];
  if (up.code !== 0 || !setupLink) {
    await stop();
    throw new Error(`The appliance did not come up (exit code ${up.code}):\n${printed}`);
  }
  return { address: `http://127.0.0.1:${port}`, setupLink, home, holdfast, stop };
}

function run(args: string[], env: NodeJS.ProcessEnv, input: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(input);
  });
}
