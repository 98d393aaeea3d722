import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentClient } from '#agent-protocol';
import { newId } from '#kernel';
import { environmentForChildren, findCheckout } from '#manifest';
import { type Box, generationIn } from '../../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../../apps/agent/src/testing/make-box.ts';

const program = join(findCheckout(), 'apps/agent/src/testing/agent.child.ts');

let box: Box;
let client: AgentClient;
let running: { kill(signal: NodeJS.Signals): void; exited: Promise<unknown> }[];
beforeEach(() => {
  box = makeBox();
  box.plugCard();
  client = new AgentClient('test', box.socket);
  running = [];
});
afterEach(async () => {
  for (const { kill, exited } of running) {
    kill('SIGKILL');
    await exited;
  }
  removeBox(box);
});

/** Starts an agent, and answers how it ends; settles once it answers or has ended. */
async function startAgent(
  failpoint?: string,
): Promise<{ end(signal: NodeJS.Signals): Promise<unknown>; exited: Promise<unknown> }> {
  const environment = { ...environmentForChildren(), ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}) };
  const child = spawn(process.execPath, ['--conditions=source', program, box.folder], {
    env: environment,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = once(child, 'exit').then(([, signal]) => signal);
  running.push({ kill: (signal) => child.kill(signal), exited });
  await Promise.race([once(child, 'message'), exited]);
  return {
    exited,
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Puts a first generation in force, so that there is one to go back to. */
async function commitFirst(): Promise<string> {
  const agent = await startAgent();
  await client.call('cores.apply', box.request(0));
  await client.call('cores.confirm', { generation: 1 });
  await agent.end('SIGTERM');
  return generationIn(box);
}

const inApply = [
  'agent.applying',
  'agent.group@1',
  'agent.group@4',
  'agent.grown',
  'agent.unit@1',
  'agent.unit@5',
  'agent.unit@16',
  'agent.written',
];
const afterFiles = ['agent.group@15', 'agent.limits@3', 'agent.shrunk', 'agent.interrupt@2', 'agent.steered', 'agent.armed'];
/** Other CPUs, other memory, and shares of the card. */
const more = () => ({
  gpu: box.shares(60),
  budgets: {
    video: { threads: 8, memory: { minMb: 1024, highMb: 2048, maxMb: 4096 } },
    postgresql: { memory: { minMb: 512, highMb: 2048, maxMb: 4096 }, ioWeight: 300 },
    reserve: { threads: 6 },
  },
});

it.each([...inApply, ...afterFiles])('killed at %s, an unconfirmed generation is gone after the restart', async (failpoint) => {
  const old = await commitFirst();
  const request = box.request(1, more());
  const doomed = await startAgent(failpoint);
  await expect(client.call('cores.apply', request)).rejects.toMatchObject({ code: 'HOST_CONTROL_UNAVAILABLE' });
  expect(await doomed.exited).toBe('SIGKILL');
  await startAgent();
  expect(generationIn(box)).toBe(old);
  expect(await client.call('status', {})).toMatchObject({ generation: 1, pending: null });
  expect(await client.call('cores.apply', request)).toMatchObject({ generation: 2, state: 'rolled-back' });
  expect(await client.call('cores.apply', box.request(1, more()))).toMatchObject({ generation: 3, state: 'armed' });
  expect(generationIn(box)).not.toBe(old);
});

it('killed once the confirmation is written down, the new generation stays', async () => {
  const old = await commitFirst();
  const doomed = await startAgent('agent.committed');
  await client.call('cores.apply', box.request(1, more()));
  const fresh = generationIn(box);
  await expect(client.call('cores.confirm', { generation: 2 })).rejects.toMatchObject({ code: 'HOST_CONTROL_UNAVAILABLE' });
  expect(await doomed.exited).toBe('SIGKILL');
  await startAgent();
  expect(generationIn(box)).toBe(fresh);
  expect(fresh).not.toBe(old);
  expect(await client.call('cores.confirm', { generation: 2 })).toMatchObject({ state: 'committed' });
});

it.each([
  'agent.rolling-back',
  'agent.group@2',
  'agent.grown',
  'agent.unit@3',
  'agent.written',
  'agent.limits@3',
  'agent.steered',
  'agent.rolled-back',
])('killed at %s on the way back, it goes back all the same', async (failpoint) => {
  const old = await commitFirst();
  const first = await startAgent();
  await client.call('cores.apply', box.request(1, more()));
  await first.end('SIGKILL');
  const doomed = await startAgent(failpoint);
  expect(await doomed.exited).toBe('SIGKILL');
  await startAgent();
  expect(generationIn(box)).toBe(old);
  expect(await client.call('status', {})).toMatchObject({ generation: 1, pending: null });
});

it.each(['agent.healing', 'agent.healed'])('killed at %s, it puts right after the restart what was left', async (failpoint) => {
  const planned = await commitFirst();
  await box.host.setCpus('user.slice', [0]);
  const doomed = await startAgent(failpoint);
  expect(await doomed.exited).toBe('SIGKILL');
  await startAgent();
  const { drift } = await client.call('cores.observe', {});
  expect(generationIn(box)).toBe(planned);
  expect(drift.filter(({ healing }) => healing === 'self')).toEqual([]);
});

it('killed as it restarts a service, it can be asked again under the same key', async () => {
  const request = { service: 'redis', idempotencyKey: newId() } as const;
  const doomed = await startAgent('agent.restarting');
  await expect(client.call('services.restart', request)).rejects.toMatchObject({ code: 'HOST_CONTROL_UNAVAILABLE' });
  expect(await doomed.exited).toBe('SIGKILL');
  await startAgent();
  expect(await client.call('services.restart', request)).toMatchObject({ state: 'running' });
  const { entries } = await client.call('journal.read', { after: 0, limit: 200 });
  expect(entries.map(({ event }) => event)).toEqual(['restarting', 'restarting', 'restarted']);
  expect(entries[0]?.facts).toMatchObject({ claimedActor: 'test', peer: { pid: process.pid } });
});

it('leaves the machine to the agent that has the socket', async () => {
  await startAgent();
  const second = await startAgent();
  expect(await second.exited).toBeNull();
  expect(await client.call('status', {})).toMatchObject({ generation: 0 });
});
