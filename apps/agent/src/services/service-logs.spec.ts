import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { agentVerbs, encodeFrame, type LogsReply } from '#agent-protocol';
import { systemClock } from '#kernel';
import type { Box } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { ServiceLogs } from './service-logs.ts';

let box: Box;
let logs: ServiceLogs;
beforeEach(() => {
  box = makeBox();
  logs = new ServiceLogs(box.host, systemClock);
});
afterEach(() => removeBox(box));

const asked = { until: Number.POSITIVE_INFINITY };
const code = (expected: string) => expect.objectContaining({ code: expected });
const cursorOf = (index: number) => `s=${'a'.repeat(32)};i=${index.toString(16)};b=${'b'.repeat(32)};m=1;t=2;x=3`;

/** Entries as journalctl writes them, in the order in which they were written. */
function write(unit: string, messages: readonly unknown[]): void {
  const lines = messages.map((MESSAGE, index) =>
    JSON.stringify({ __CURSOR: cursorOf(index), __REALTIME_TIMESTAMP: '1790000000000000', PRIORITY: '6', MESSAGE }),
  );
  box.host.change({ journal: { ...box.host.state.journal, [unit]: lines } });
}

/** As the caller gets it: within a frame, and of the shape that is declared. */
async function read(lines: number, after?: string): Promise<LogsReply> {
  const reply = await logs.read({ service: 'api', lines, after }, asked);
  encodeFrame({ version: 1, ok: true, body: reply });
  return agentVerbs['services.logs'].reply.parse(reply) as LogsReply;
}

it('tells the newest lines of a service, and those after a cursor', async () => {
  write('holdfast-api.service', ['one', 'two', 'three']);
  write('nginx.service', ['not asked for']);
  const newest = await read(2);
  expect(newest).toEqual({
    service: 'api',
    units: ['holdfast-api.service'],
    entries: ['two', 'three'].map((text) => ({ at: '2026-09-21T14:13:20.000Z', priority: 6, text })),
    cursor: cursorOf(2),
    more: false,
  });
  expect((await read(9, cursorOf(0))).entries.map(({ text }) => text)).toEqual(['two', 'three']);
  expect(await read(9, cursorOf(2))).toMatchObject({ entries: [], cursor: cursorOf(2), more: false });
  expect(box.host.state.acts).toBe(0);
});

it('reads bytes, fields that there are several times of, what is too long, and nothing out of nonsense', async () => {
  write('holdfast-api.service', [[...Buffer.from('Ünit')], ['one', [116, 119, 111], null], null, undefined, { a: 1 }]);
  const { journal } = box.host.state;
  const nonsense = ['', 'null', '[]', '{', '{"__CURSOR":7}', '{"__CURSOR":"--file=/etc/shadow","MESSAGE":"x"}'];
  box.host.change({ journal: { 'holdfast-api.service': [...nonsense, ...(journal['holdfast-api.service'] ?? [])] } });
  const { entries, cursor } = await read(100);
  const long = '(longer than 4096 bytes: journalctl on the machine shows it)';
  expect(entries.map(({ text }) => text)).toEqual(['Ünit', `one two ${long}`, long, '', '']);
  expect(cursor).toBe(cursorOf(4));
});

it('leaves out the oldest where not all fit into a message; after a cursor nothing is missed', async () => {
  const written = Array.from({ length: 700 }, (_, index) => `${index} ${randomBytes(100).toString('hex')}`);
  write('holdfast-api.service', written);
  const newest = await read(700);
  expect(newest.more).toBe(true);
  expect(newest.entries.map(({ text }) => text)).toEqual(written.slice(-newest.entries.length));
  const texts: string[] = [];
  for (let after = cursorOf(0), more = true; more; ) {
    const page = await read(1000, after);
    texts.push(...page.entries.map(({ text }) => text));
    ({ more } = page);
    after = page.cursor ?? '';
  }
  expect(texts).toEqual(written.slice(1));
});

it('fits into a message whatever was written', async () => {
  const message = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 9000 }),
    fc.uint8Array({ maxLength: 9000 }).map((bytes) => [...bytes]),
    fc.constantFrom('\u0000'.repeat(9000), '\ud800'.repeat(9000), '💥'.repeat(5000), '"'.repeat(9000)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 8 }), fc.boolean(), async (messages, isAfter) => {
      write('holdfast-api.service', ['first', ...messages]);
      const { entries } = await read(1000, isAfter ? cursorOf(0) : undefined);
      expect(entries.length).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
});

it('knows the clusters of PostgreSQL that there are, and says so where there is none, or no time is left', async () => {
  write('postgresql@17-main.service', ['ready']);
  expect(await logs.read({ service: 'postgresql', lines: 5, after: undefined }, asked)).toMatchObject({
    units: ['postgresql@17-main.service'],
    entries: [{ text: 'ready' }],
  });
  box.host.change({ services: [] });
  const absent = logs.read({ service: 'postgresql', lines: 5, after: undefined }, asked);
  await expect(absent).rejects.toEqual(code('AGENT_SERVICE_ABSENT'));
  await expect(logs.read({ service: 'api', lines: 5, after: undefined }, { until: 0 })).rejects.toEqual(code('AGENT_DEADLINE'));
});
