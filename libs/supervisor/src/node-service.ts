import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import { type Appliance, environmentForChildren, programEnvironment } from '#manifest';
import { addressOf, apiAddressOf } from './appliance-state.ts';
import { endProcess, lastLines, type ServerProcess, startProcess } from './server-process.ts';
import { stopStepsOf } from './stop-steps.ts';
import type { RunningService } from './supervised-service.ts';

const readyWithinMs = 120_000;

interface NodeProgram {
  name: string;
  /** Built entry point, relative to the checkout. */
  entry: string;
  environment: Record<string, string>;
  isReady(server: ServerProcess): Promise<boolean>;
  version?: string;
  address?: string;
}

function startFailed(program: NodeProgram, server: ServerProcess, logFile: string): HoldfastError {
  const how = server.exit
    ? `ended while starting (${server.exit.signal ?? `exit code ${server.exit.code}`})`
    : `was not ready within ${readyWithinMs / 1000} seconds`;
  return new HoldfastError('SUPERVISOR_SERVICE_START_FAILED', {
    kind: 'unavailable',
    message: `${program.name} ${how}:\n${lastLines(logFile)}`,
    action: `Its log is ${logFile}.`,
    values: { service: program.name },
  });
}

async function startNodeProgram(appliance: Appliance, program: NodeProgram, abort: AbortSignal): Promise<RunningService> {
  const entry = join(appliance.checkout, program.entry);
  if (!existsSync(entry))
    throw new HoldfastError('SUPERVISOR_BUILD_MISSING', {
      kind: 'unavailable',
      message: `${entry} does not exist: this checkout has not been built.`,
      action: 'Run ./holdfast up, which builds it, or npm run build.',
    });
  const logFile = join(appliance.paths.logs, `${program.name}.log`);
  const server = startProcess({
    command: process.execPath,
    args: [entry],
    folder: appliance.checkout,
    environment: {
      ...environmentForChildren(),
      HOLDFAST_HOME: appliance.home,
      // What libraries keep in the caller's home or the machine's temporary folder stays in ours, and is swept at the next start.
      HOME: appliance.paths.scratch,
      TMPDIR: appliance.paths.scratch,
      ...programEnvironment(appliance, program.name),
      ...program.environment,
    },
    logFile,
    deathSignal: 'SIGTERM',
    messages: true,
  });
  const stop = async () => {
    await endProcess(server.identity, stopStepsOf(program.name));
    await server.exited;
  };
  try {
    const deadline = performance.now() + readyWithinMs;
    while (!(await program.isReady(server))) {
      abort.throwIfAborted();
      if (server.exit || performance.now() > deadline) throw startFailed(program, server, logFile);
      await sleep(40);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { process: server, version: program.version, address: program.address, stop };
}

/** Whether the api says that it and what it needs are ready. */
export async function isApiReady(appliance: Appliance): Promise<boolean> {
  try {
    const answer = await fetch(`${apiAddressOf(appliance)}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Starts the api and waits until `GET /health/ready` answers 200. */
export function startApi(appliance: Appliance, version: string, abort: AbortSignal): Promise<RunningService> {
  return startNodeProgram(
    appliance,
    {
      name: 'api',
      entry: 'dist/apps/api/src/main.js',
      environment: {},
      isReady: () => isApiReady(appliance),
      version,
      address: addressOf(appliance),
    },
    abort,
  );
}

/** Whether a program has sent `{ready: true}`. */
function saysReady(): NodeProgram['isReady'] {
  let ready: boolean | undefined;
  return async (server) => {
    if (ready === undefined) {
      ready = false;
      server.child.on('message', (message) => {
        ready ||= (message as { ready?: unknown }).ready === true;
      });
    }
    return ready;
  };
}

/** Starts a worker of the manifest and waits until it sends `{ready: true}`. */
export function startWorker(
  appliance: Appliance,
  worker: string,
  version: string,
  abort: AbortSignal,
): Promise<RunningService> {
  const entry = 'dist/apps/worker/src/main.js';
  const environment = { HOLDFAST_WORKER: worker };
  return startNodeProgram(appliance, { name: worker, entry, environment, isReady: saysReady(), version }, abort);
}

/** Starts the embedded keystore and waits until it listens, sealed or not. */
export function startKeyd(appliance: Appliance, version: string, abort: AbortSignal): Promise<RunningService> {
  const address = appliance.keystoreSocket;
  const entry = 'dist/apps/keyd/src/main.js';
  return startNodeProgram(appliance, { name: 'keyd', entry, environment: {}, isReady: saysReady(), version, address }, abort);
}
