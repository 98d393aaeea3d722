import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentForChildren } from '#manifest';
import { stagedName } from './durable-write.adapter.ts';
import { recordFirstGeneration, setInManifest } from './manifest-changes.ts';
import { findDrift } from './manifest-drift.ts';
import { House, writtenByHand } from './testing/house.ts';

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

/** Sets a value in a process of its own, which dies at a failpoint or some time after it has begun. */
async function setAndDie(assignment: string, death: { failpoint?: string; afterMs?: number }) {
  const script = join(import.meta.dirname, 'testing', 'set.child.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(house.place), assignment], {
    env: { ...environmentForChildren(), ...(death.failpoint ? { HOLDFAST_FAILPOINT: death.failpoint } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && death.afterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), death.afterMs);
    said += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal ?? code).toBeOneOf(['SIGKILL', 0]);
  return { isKilled: signal === 'SIGKILL', isDone: said.includes('done') };
}

/** Whatever happened, the manifest is the newest generation, the chain is whole, and the next change goes through. */
async function expectWhole(expected: readonly string[]): Promise<void> {
  const log = house.log();
  const generations = await log.list();
  expect(house.read()).toBeOneOf([...expected]);
  expect(generations.at(-1)?.file).toBe(house.read());
  expect(await log.verify()).toMatchObject({ generations: generations.length, problems: [] });
  expect(await findDrift(log)).toMatchObject({ state: 'none' });
  const { generation } = await setInManifest(log, [`listen.port=${9000 + generations.length}`], {
    author: 'ada',
    reason: 'after',
  });
  expect(generation).toBe(generations.length + 1);
  expect(existsSync(stagedName(house.place.file))).toBe(false);
  expect((await log.verify()).problems).toEqual([]);
}

test.each([
  ['config.staged', 'the former'],
  ['config.pending', 'the former'],
  ['config.placed', 'the new'],
  ['config.recorded', 'the new'],
  ['config.noted', 'the new'],
])('killed at %s, %s generation stands', async (failpoint, which) => {
  await recordFirstGeneration(house.log(), 'ada');
  expect(await setAndDie('redis.maxMemoryMb=512', { failpoint })).toEqual({ isKilled: true, isDone: false });
  await expectWhole([which === 'the new' ? writtenByHand.replace('256', '512') : writtenByHand]);
});

test('killed at the very first generation, the history begins anew or goes on', async () => {
  for (const failpoint of ['config.staged', 'config.pending', 'config.placed', 'config.recorded', 'config.noted']) {
    house.close();
    house = new House();
    expect(await setAndDie('redis.maxMemoryMb=512', { failpoint })).toMatchObject({ isKilled: true });
    await recordFirstGeneration(house.log(), 'ada');
    await expectWhole([writtenByHand]);
  }
}, 120_000);

test('killed at any instant, the former generation stands or the new one, and what was acknowledged stays', async () => {
  await recordFirstGeneration(house.log(), 'ada');
  for (let trial = 0; trial < 6; trial += 1) {
    const formerText = house.read();
    const value = 1000 + trial;
    const { isDone } = await setAndDie(`redis.maxMemoryMb=${value}`, { afterMs: randomInt(0, 450) });
    const freshText = formerText.replace(/maxMemoryMb: \d+/, `maxMemoryMb: ${value}`);
    await house.log().exclusively(() => undefined);
    await expectWhole(isDone ? [freshText] : [formerText, freshText]);
  }
}, 120_000);
