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
  expect(applyRequest.parse(apply)).toEqual({ ...apply, deadManSeconds: 60 });
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
  { unit: 'ssh.service' },
])('refuses %j', (change) => {
  expect(applyRequest.safeParse({ ...apply, ...change }).success).toBe(false);
});

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
