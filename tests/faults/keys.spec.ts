import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { type KeyHouse, makeKeyHouse } from '../integration/keys/key-house.ts';
import type { KeyWork } from './keys.child.ts';
import { buildWorker } from './pipeline-house.ts';

let house: KeyHouse;
beforeAll(async () => {
  buildWorker();
  house = await makeKeyHouse();
}, 180_000);
afterAll(() => house?.close());

type Death = KeyWork['death'];

/** Runs the work in a process of its own; answers the signal that ended it, and whether it said that it was done. `killAfterMs` counts from its beginning. */
async function run(work: KeyWork['work'], keyId: string, death: Death, killAfterMs?: number) {
  const { organisationId, actor, requestId } = house.museum;
  const task: KeyWork = {
    host: house.database.host,
    database: house.database.name,
    socketPath: house.socketPath,
    ledgerPath: house.ledgerPath,
    organisation: { organisationId, actor, requestId },
    work,
    keyId,
    death,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'keys.child.ts'), JSON.stringify(task)], {
    env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    said += text;
  });
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  expect(signal ?? code).toBeOneOf(['SIGKILL', 0]);
  return { signal, isDone: said.includes('done') };
}

const person = () => house.holder.fill(house.keyring, { kind: 'person', id: newId() }, 450);
const keyIdOf = async (made: Map<string, Buffer>) => (await house.holder.find([...made.keys()][0] as string)).keyId;
const lost = (made: Map<string, Buffer>) => house.holder.lost(house.newServices().keyring, made);

test.each<[string, Death]>([
  ['before the provider has wrapped the new version', { call: 'encrypt', visit: 1, when: 'before' }],
  ['after it', { call: 'encrypt', visit: 1, when: 'after' }],
  ['before the first batch is stored', { call: 'replace', visit: 1, when: 'before' }],
  ['after it', { call: 'replace', visit: 1, when: 'after' }],
  ['before the last batch is stored', { call: 'replace', visit: 3, when: 'before' }],
  ['after it', { call: 'replace', visit: 3, when: 'after' }],
])('K08 a person’s key is rotated and the process dies %s: nothing is lost, and upkeep goes on to the end', (_, death) =>
  house.inMuseum(async () => {
    const made = await person();
    const keyId = await keyIdOf(made);
    expect(await run('rotate-key', keyId, death)).toMatchObject({ signal: 'SIGKILL', isDone: false });
    expect(await lost(made)).toEqual([]);
    const isBegun = death?.call === 'replace';
    expect(await house.services.upkeep.run()).toMatchObject({ resumed: isBegun ? 1 : 0, problems: [] });
    expect([await house.holder.count(keyId, 1), await house.holder.count(keyId, 2)]).toEqual(isBegun ? [0, 450] : [450, 0]);
    expect(await lost(made)).toEqual([]);
  }),
);

test.each<[string, Death, number]>([
  ['before the provider made a version', { call: 'rotate', visit: 1, when: 'before' }, 1],
  ['after it', { call: 'rotate', visit: 1, when: 'after' }, 1],
  ['before anything is wrapped by it', { call: 'rewrap', visit: 1, when: 'before' }, 1],
  ['after the first batch is wrapped and not stored', { call: 'rewrap', visit: 1, when: 'after' }, 1],
])(
  'K08 the provider’s key is rotated and the process dies %s: one version is made, and everything is wrapped by it',
  (_, death, more) =>
    house.inMuseum(async () => {
      const made = await house.holder.fill(house.keyring, { kind: 'person', id: newId() }, 2);
      const { latestVersion } = await house.provider.describe('hf-subject');
      expect(await run('rotate-provider', newId(), death)).toMatchObject({ signal: 'SIGKILL', isDone: false });
      expect(await lost(made)).toEqual([]);
      expect(await house.services.upkeep.run()).toMatchObject({ resumed: 1, problems: [] });
      expect((await house.provider.describe('hf-subject')).latestVersion).toBe(latestVersion + more);
      const older = await house.systemRows(
        `SELECT FROM encryption_key_version WHERE provider_key = 'hf-subject' AND provider_version <= $1 AND wrapped IS NOT NULL`,
        [latestVersion],
      );
      expect(older).toHaveLength(0);
      expect(await lost(made)).toEqual([]);
    }),
);

test('K08 killed at any instant of many rotations of the same keys, it loses nothing', async () => {
  await house.inMuseum(async () => {
    const made = await person();
    const keyId = await keyIdOf(made);
    for (let round = 0; round < 8; round++) {
      await run(round % 2 ? 'rotate-provider' : 'rotate-key', keyId, null, randomInt(0, 250));
      expect(await lost(made)).toEqual([]);
    }
    expect(await house.services.upkeep.run()).toMatchObject({ problems: [] });
    expect(await lost(made)).toEqual([]);
    expect(await house.systemRows(`SELECT FROM key_rotation WHERE state = 'running'`)).toEqual([]);
  });
});

test('killed at any instant of destroying a key, it is destroyed or is not: what was acknowledged or written down stays destroyed', async () => {
  await house.inMuseum(async () => {
    let destroyed = 0;
    for (let round = 0; round < 8; round++) {
      const made = await house.holder.fill(house.keyring, { kind: 'person', id: newId() }, 2);
      const keyId = await keyIdOf(made);
      const { isDone } = await run('destroy-key', keyId, null, round === 0 ? undefined : randomInt(0, 120));
      expect((await house.services.upkeep.run()).problems).toEqual([]);
      await sleep(1100);
      const gone = (await lost(made)).length;
      expect([0, made.size]).toContain(gone);
      if (isDone) expect(gone).toBe(made.size);
      if (gone > 0) destroyed += 1;
      const rows = await house.systemRows('SELECT FROM key_tombstone WHERE key_id = $1 AND applied_at IS NOT NULL', [keyId]);
      expect(rows).toHaveLength(gone > 0 ? 1 : 0);
    }
    expect(destroyed).toBeGreaterThan(0);
  });
});
