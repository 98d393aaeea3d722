import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deriveWith, findCheckout, profileFolder, readManifest, settleFigures } from '#manifest';
import { figuresNow } from './running-figures.ts';

const folder = profileFolder(findCheckout());
const told = settleFigures(readManifest(join(folder, 'ryzen-7950x-4090.yaml'), folder));
/** PostgreSQL has 16 GB since this process was started. */
const next = deriveWith(
  told,
  told.workloads.map((one) =>
    one.id === 'postgresql' ? { ...one, memory: { minMb: 1, highMb: 16_384, maxMb: 16_384 } } : one,
  ),
).settings;
const find = ({ settings }: ReturnType<typeof figuresNow>, name: string) => settings.find((one) => one.name === name);

test('until it starts anew a server has what it had, and a restart is awaited', () => {
  const running = { postgresql: { shared_buffers: 6144 * 1024 }, redis: { maxmemory: 8192 * 1024 } };
  const found = figuresNow(told.settings, next, running);
  expect(find(found, 'shared_buffers')?.value).toBe(6144);
  expect(found.fromNextStart).toContainEqual(expect.objectContaining({ name: 'shared_buffers', from: 6144, to: 4096 }));
  expect(found.fromNextStart.map(({ program }) => program)).not.toContain('redis');
});

test('once it has started anew nothing is awaited, although this process was not', () => {
  const postgresql = Object.fromEntries(
    next
      .filter(({ program }) => program === 'postgresql')
      .map(({ name, value, unit }) => [name, unit === 'MB' ? value * 1024 : value]),
  );
  const found = figuresNow(told.settings, next, { postgresql });
  expect(found.fromNextStart).toEqual([]);
  expect(find(found, 'shared_buffers')).toMatchObject({ value: 4096, formula: 'a quarter of 16384 MB' });
});

test('a server that has something else says so, and who does not answer has what it was told', () => {
  const found = figuresNow(told.settings, told.settings, { postgresql: { work_mem: 4096 } });
  expect(find(found, 'work_mem')).toMatchObject({ value: 4096, formula: 'what it was started with' });
  expect(found.fromNextStart).toEqual([expect.objectContaining({ name: 'work_mem', from: 4096, to: 56_055 })]);
  expect(figuresNow(told.settings, next, {}).settings).toEqual(told.settings);
});
