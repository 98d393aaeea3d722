import { expect, it } from 'vitest';
import { applyRequest } from './cores.schema.ts';
import { requestSchema } from './message.schema.ts';
import { agentVerbs } from './verbs.ts';

const apply = {
  planId: 'a'.repeat(64),
  topologyHash: 'b'.repeat(64),
  baseGeneration: 0,
  assignments: { os: [0, 1], video: [2, 3] },
  idempotencyKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
};

it('takes what it declares, and waits a minute for a confirmation unless told otherwise', () => {
  expect(applyRequest.parse(apply)).toEqual({ ...apply, budgets: {}, deadManSeconds: 60 });
});

it.each([
  { assignments: { '../video': [2] } },
  { assignments: { video: [2.5] } },
  { assignments: { video: [-1] } },
  { assignments: { video: ['2'] } },
  { assignments: { video: '2-3' } },
  { planId: '../../etc/passwd' },
  { baseGeneration: -1 },
  { deadManSeconds: 0 },
  { deadManSeconds: 1e9 },
  { idempotencyKey: 'again' },
  { budgets: { '../video': { threads: 2 } } },
  { budgets: { video: { threads: 2.5 } } },
  { budgets: { video: { threads: 5000 } } },
  { budgets: { video: { memory: { minMb: 2, highMb: 1, maxMb: 3 } } } },
  { budgets: { video: { memory: { minMb: 0, highMb: 0, maxMb: 0 } } } },
  { budgets: { video: { cpuWeight: 0 } } },
  { budgets: { video: { pin: [1] } } },
  { unit: 'ssh.service' },
])('refuses %j', (change) => {
  expect(applyRequest.safeParse({ ...apply, ...change }).success).toBe(false);
});

it.each([{ service: 'ssh' }, { service: 'nginx.service' }, { service: 'toString' }, { service: 'api', unit: 'ssh.service' }])(
  'restarts nothing for %j',
  (body) => {
    const { idempotencyKey } = apply;
    expect(agentVerbs['services.restart'].request.safeParse({ ...body, idempotencyKey }).success).toBe(false);
  },
);

it.each(['', 'exec', '__proto__', 'constructor', 'toString', 7, null])('knows no verb %j', (verb) => {
  expect(requestSchema.safeParse({ version: 1, verb, claimedActor: 'a', body: {} }).success).toBe(false);
});

it('takes back every change but those that end one', () => {
  const undone = Object.entries(agentVerbs).filter(([, declared]) => declared.undo !== null);
  expect(undone.map(([name]) => name)).toEqual(['cores.apply']);
  for (const [, { undo, deadMan }] of undone) {
    expect(Object.keys(agentVerbs)).toContain(undo);
    expect(deadMan).not.toBeNull();
  }
});
