import type { TestProject } from 'vitest/node';
import { startTestServers, type TestServers } from './servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: TestServers;
  }
}

type Shared = { holders: number; started: ReturnType<typeof startTestServers> };
const key = Symbol.for('holdfast.test-servers');
const shared = globalThis as { [key]?: Shared };

/** Vitest's global set-up: one PostgreSQL and one Redis for all projects of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[key] ??= { holders: 0, started: startTestServers() };
  const held = shared[key];
  held.holders += 1;
  const { servers, stop } = await held.started;
  project.provide('servers', servers);
  return async () => {
    held.holders -= 1;
    if (held.holders > 0) return;
    delete shared[key];
    await stop();
  };
}
