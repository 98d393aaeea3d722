import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstTier } from '#manifest';
import { type IngestHouse, makeIngestHouse, type SentFile } from './ingest-house.ts';
import { buildWorker } from './pipeline-house.ts';

let ingest: IngestHouse;
const acknowledged: SentFile[] = [];

beforeAll(async () => {
  buildWorker();
  ingest = await makeIngestHouse();
}, 180_000);
afterAll(() => ingest?.close());

const small = (name: string): SentFile => ({ name, bytes: randomBytes(20_000 + Math.floor(Math.random() * 2_000_000)) });
const large = (name: string): SentFile => ({ name, bytes: randomBytes(9_000_000 + Math.floor(Math.random() * 9_000_000)) });

async function expectResumed(file: SentFile): Promise<void> {
  const answer = await ingest.resume(file);
  expect([200, 201, 204]).toContain(answer.status);
  expect(file.assetId).toBeDefined();
  acknowledged.push(file);
}

const whenSmall = [
  'object.after-write',
  'object.after-fsync',
  'object.after-rename',
  'ingest.before-commit',
  'ingest.after-commit',
];
const whenLarge = whenSmall.slice(1);
const cases = [...whenSmall.map((at) => [at, small] as const), ...whenLarge.map((at) => [at, large] as const)];

for (const [failpoint, make] of cases)
  test(`the API dies at ${failpoint} of a ${make.name} file: nothing half is seen, and sending it again completes it`, async () => {
    const file = make(`${failpoint} ${make.name}`);
    await ingest.startApi(failpoint);
    expect(await ingest.upload(file)).toBeUndefined();
    await ingest.apiEnded();
    expect(await ingest.expectSound(acknowledged)).toEqual([]);
    await ingest.startApi();
    await expectResumed(file);
    expect(await ingest.expectSound(acknowledged)).toEqual([]);
    await ingest.killApi();
  });

test('killed at random bytes of many uploads at once, it loses nothing that was acknowledged, and every upload goes on', async () => {
  const rounds = 5;
  for (let round = 0; round < rounds; round++) {
    await ingest.startApi();
    const files = [1, 2, 3].flatMap((index) => [small(`random ${round}.${index}`), large(`random ${round}.${index}`)]);
    const sending = Promise.all(
      files.map(async (file) => {
        const answer = await ingest.upload(file);
        if (answer && answer.status < 300 && file.assetId) acknowledged.push(file);
      }),
    );
    await sleep(20 + Math.random() * 700);
    await ingest.killApi();
    await sending;
    expect(await ingest.expectSound(acknowledged)).toEqual([]);
    await ingest.startApi();
    for (const file of files) if (!acknowledged.includes(file)) await expectResumed(file);
    expect(await ingest.expectSound(acknowledged)).toEqual([]);
    await ingest.killApi();
  }
  const names = await ingest.house.rows('SELECT FROM asset');
  expect(names).toHaveLength(acknowledged.length);
});

test('the check itself sees an object that is gone, one that has changed, and half a file', async () => {
  const { appliance, organisation } = ingest.house;
  const folder = join(firstTier(appliance).path, organisation.organisationId);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const [gone, changed] = files.map((entry) => join(entry.parentPath, entry.name));
  rmSync(String(gone));
  appendFileSync(String(changed), 'x');
  appendFileSync(`${changed}-half`, 'not sealed');
  const faults = await ingest.expectSound(acknowledged);
  expect(faults.filter((fault) => fault.startsWith('the row of'))).toHaveLength(2);
  expect(faults.filter((fault) => fault.startsWith('object'))).toHaveLength(1);
});
