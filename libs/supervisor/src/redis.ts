import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import { askRedis } from './redis-protocol.ts';
import { endProcess, lastLines, type ServerProcess, startProcess } from './server-process.ts';
import type { OsUser } from './server-user.ts';
import { stopStepsOf } from './stop-steps.ts';

const program = '/usr/bin/redis-server';

export interface RedisOptions {
  /** Folder of its append-only file; exists and belongs to the account. */
  folder: string;
  socketPath: string;
  logFile: string;
  maxMemoryMb: number;
  /** False only for tests: nothing is written to disk. */
  durable: boolean;
  /** Numbered databases to offer. */
  databases?: number;
  user?: OsUser | undefined;
  /** Text in the server's environment by which left-overs are known as ours. */
  home: string;
  /** Gives up starting. */
  abort?: AbortSignal | undefined;
}

/** A private Redis that answers. */
export interface PrivateRedis {
  process: ServerProcess;
  socketPath: string;
  version: string;
  /** Writes what it holds and ends. */
  stop(): Promise<void>;
}

function redisArguments(options: RedisOptions): string[] {
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: options.socketPath,
    unixsocketperm: '700',
    daemonize: 'no',
    dir: options.folder,
    databases: String(options.databases ?? 1),
    maxmemory: `${options.maxMemoryMb}mb`,
    // BullMQ's queues must never be evicted: a full Redis refuses writes instead.
    'maxmemory-policy': 'noeviction',
    appendonly: options.durable ? 'yes' : 'no',
    appendfsync: 'everysec',
    save: '',
    'always-show-logo': 'no',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function untilReady(server: ServerProcess, options: RedisOptions): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const answer = await askRedis(options.socketPath, 'PING').catch((error: Error) => error.message);
    if (answer === 'PONG') return;
    options.abort?.throwIfAborted();
    if (server.exit || performance.now() > deadline)
      throw new HoldfastError('REDIS_START_FAILED', {
        kind: 'unavailable',
        message: `Redis ${server.exit ? 'ended while starting' : `did not answer within two minutes (${answer})`}: ${lastLines(options.logFile)}`,
        action: `Its log is ${options.logFile}.`,
      });
    await sleep(15);
  }
}

/** Starts a Redis of our own on a unix socket and waits until it answers. Throws REDIS_MISSING or REDIS_START_FAILED. */
export async function startPrivateRedis(options: RedisOptions): Promise<PrivateRedis> {
  if (!existsSync(program))
    throw new HoldfastError('REDIS_MISSING', {
      kind: 'unavailable',
      message: `${program} is not installed.`,
      action: 'Run `./holdfast up`, which installs it, or `apt-get install redis-server`.',
    });
  const server = startProcess({
    command: program,
    args: redisArguments(options),
    folder: options.folder,
    environment: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOLDFAST_HOME: options.home },
    logFile: options.logFile,
    user: options.user,
    deathSignal: 'SIGTERM',
  });
  const stop = async () => {
    await endProcess(server.identity, stopStepsOf('redis'));
    await server.exited;
  };
  try {
    await untilReady(server, options);
    const facts = await askRedis(options.socketPath, 'INFO', 'server');
    const version = /redis_version:(\S+)/.exec(facts)?.[1] ?? 'unknown';
    return { process: server, socketPath: options.socketPath, version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
