import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { MachinePaths } from '#cores-http';
import { SetupService } from '#identity';
import type { Appliance } from '#manifest';
import { identifyProcess, writeState } from '#supervisor';
import { createTestAppliance } from '#testing';
import type { Box } from '../../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../../apps/agent/src/testing/make-box.ts';
import { createApi } from '../../../apps/api/src/create-api.ts';
import { loadCommands } from '../../../apps/cli/src/command-catalogue.ts';
import { reportFailure } from '../../../apps/cli/src/failure.ts';
import { buildProgram } from '../../../apps/cli/src/program.ts';
import { Terminal } from '../../../apps/cli/src/terminal.ts';
import { endBoxAgent, startBoxAgent } from './box-agent.ts';

let box: Box;
let appliance: Appliance;
let app: NestFastifyApplication;
let agent: ChildProcess | undefined;
let remove: () => Promise<void>;

beforeAll(async () => {
  box = makeBox();
  const { folder, socket } = box;
  writeFileSync(join(folder, 'meminfo'), 'MemTotal: 134217728 kB\n');
  ({ appliance, remove } = await createTestAppliance());
  appliance.manifestFile = join(folder, 'appliance.yaml');
  appliance.listen.port = await freePort();
  app = await createApi(appliance);
  await app.listen(appliance.listen.port, '127.0.0.1');
  Object.assign(app.get(MachinePaths, { strict: false }), {
    ...{ sysfs: join(folder, 'sys'), meminfo: join(folder, 'meminfo'), agentSocket: socket },
  });
  await app.get(SetupService, { strict: false }).ensureOrganisation();
  pretendSupervisor();
});
afterAll(async () => {
  await app?.close();
  await endBoxAgent(agent, 'SIGKILL');
  await remove?.();
  removeBox(box);
});
afterEach(() => vi.restoreAllMocks());

/** Commands find the appliance by what its supervisor says of itself. */
function pretendSupervisor(): void {
  const supervisor = identifyProcess(process.pid);
  if (!supervisor) throw new Error('This process cannot be named.');
  const address = `http://127.0.0.1:${appliance.listen.port}`;
  const startedAt = new Date().toISOString();
  writeState(appliance, { supervisor, phase: 'ready', home: appliance.home, address, startedAt, steps: [], services: [] });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((settle) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });
}

interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a command in this process; `typed` comes once its output asks for it. */
async function holdfast(words: string[], typed: { after: string; text: string } = { after: '', text: '' }): Promise<Outcome> {
  const outcome: Outcome = { code: 0, out: '', err: '' };
  const input = new PassThrough();
  const collect = (name: 'out' | 'err') => (part: unknown) => {
    outcome[name] += String(part);
    if (name === 'out' && typed.after !== '' && outcome.out.includes(typed.after)) input.write(typed.text);
    return true;
  };
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
  vi.spyOn(process.stdout, 'write').mockImplementation(collect('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(collect('err'));
  const program = buildProgram(await loadCommands(words[0]), '1.0.0', async (command, given) => {
    const json = given.options.json === true;
    const terminal = new Terminal(json);
    const done = command.run({ appliance, terminal, json }, given).catch((thrown) => reportFailure(thrown, terminal, json));
    outcome.code = (await done) ?? 0;
  });
  await program.parseAsync(['node', 'holdfast', ...words]);
  vi.restoreAllMocks();
  return outcome;
}

const answerOf = ({ out }: Outcome) => JSON.parse(out);

test('without an agent plans are shown, and what cannot be done says why', async () => {
  const plan = await holdfast(['plan', 'cores', 'video.threads=8']);
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.out).toMatch(/video +threads +6 → 8/);
  const drift = await holdfast(['drift']);
  expect(drift.code).toBe(1);
  expect(drift.out).toContain('cores: host control unavailable: no agent is installed, or it does not run');
  const apply = await holdfast(['apply', 'cores', 'video.threads=8', '--yes']);
  expect([apply.code, apply.err]).toEqual([1, expect.stringContaining('host control unavailable')]);
});

test('what is no value and what does not fit says so', async () => {
  expect(await holdfast(['plan', 'video.threads=many'])).toMatchObject({ code: 2 });
  const plan = await holdfast(['plan', 'video.threads=40']);
  expect(plan.code).toBe(1);
  expect(plan.out).toMatch(/What would fit: .*video.threads=\d/);
  expect((await holdfast(['apply', 'video.threads=8'])).err).toContain('Say --yes.');
});

test('a plan is applied, counted down, and kept by typing keep', async () => {
  agent = await startBoxAgent(box.folder);
  const words = ['apply', 'cores', 'video.threads=8', '--yes', '--reason', 'two more films'];
  const kept = await holdfast(words, { after: 'Type keep', text: 'keep\n' });
  expect(kept.err).toBe('');
  expect(kept.code).toBe(0);
  expect(kept.out).toContain('goes back by itself in 60 s');
  expect(kept.out).toContain('Kept.');
  expect(readFileSync(appliance.manifestFile, 'utf8')).toContain('video, class: noisy, threads: 8');
  const { generations } = answerOf(await holdfast(['history', '--json']));
  expect(generations).toMatchObject([{ generation: 1, outcome: 'committed', reason: 'two more films', manifestGeneration: 2 }]);
  expect((await holdfast(['history', '--diff', '1'])).out).toContain('holdfast-video.slice');
});

test('typing revert takes it back; a script applies, and keeps or takes back later', async () => {
  const back = await holdfast(['apply', 'video.threads=4', '--yes'], { after: 'Type keep', text: 'revert\n' });
  expect([back.code, back.out]).toEqual([1, expect.stringContaining('Taken back')]);
  const asked = answerOf(await holdfast(['apply', 'cores', 'ml.threads=6', '--yes', '--json']));
  expect(asked).toMatchObject({ domain: 'cores', state: 'waiting', pending: { generation: 3 } });
  const status = answerOf(await holdfast(['status', 'cores', '--json']));
  expect(status).toMatchObject({ state: 'waiting', pending: { changeId: asked.pending.changeId } });
  expect(await holdfast(['rollback', 'cores'])).toMatchObject({ code: 0 });
  await holdfast(['apply', 'cores', 'ml.threads=6', '--yes', '--json']);
  expect(await holdfast(['apply', '--keep'])).toMatchObject({ code: 0 });
  expect(answerOf(await holdfast(['status', '--json'])).domains ?? []).toBeInstanceOf(Array);
});

test('one goes back to a generation, keeping it at once', async () => {
  const back = await holdfast(['rollback', '--to', '1', '--yes', '--confirm']);
  expect(back, back.err).toMatchObject({ code: 0 });
  expect(back.out).toMatch(/ml +threads +6 → 4/);
  expect(readFileSync(appliance.manifestFile, 'utf8')).toContain('ml, class: throughput, threads: 4');
});

test('drift is an exit code, and healed on request', async () => {
  const { live } = box.host.state;
  box.host.change({ live: { ...live, 'holdfast-postgresql.slice': [0, 1] } });
  const healed = await holdfast(['drift', 'cores', '--heal', '--json']);
  expect(box.host.state.live['holdfast-postgresql.slice']).toHaveLength(4);
  const { domains } = answerOf(healed);
  expect(healed.code).toBe(domains[0].drift.length > 0 ? 1 : 0);
  expect(domains[0].drift.filter(({ kind }: { kind: string }) => kind === 'K' || kind === 'P')).toEqual([]);
});
