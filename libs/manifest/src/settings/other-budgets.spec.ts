import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCheckout, profileFolder } from '../appliance.ts';
import { readManifest } from '../manifest-file.ts';
import { changedSettings, deriveWith } from './other-budgets.ts';
import { settleFigures } from './settled-manifest.ts';

const folder = profileFolder(findCheckout());
const manifest = readManifest(join(folder, 'ryzen-7950x-4090.yaml'), folder);
const reference = settleFigures(manifest);

test('the same budgets give the same figures, although the appliance has them in their places', () => {
  const again = deriveWith(reference, reference.workloads);
  expect(again.settings).toEqual(reference.settings);
  expect(changedSettings(reference.settings, again.settings)).toEqual([]);
});

test('another budget changes what follows from it, and leaves what the manifest says itself', () => {
  const own = settleFigures({ ...manifest, postgres: { ...manifest.postgres, sharedBuffersMb: 5000 } });
  const workloads = own.workloads.map((workload) =>
    workload.id === 'postgresql' ? { ...workload, memory: { minMb: 1, highMb: 16_000, maxMb: 16_384 } } : workload,
  );
  const changes = changedSettings(own.settings, deriveWith(own, workloads).settings);
  expect(changes.map(({ program }) => program)).toEqual(changes.map(() => 'postgresql'));
  expect(changes).toContainEqual({
    ...{ program: 'postgresql', name: 'maintenance_work_mem', unit: 'MB', workload: 'postgresql' },
    ...{ from: 1536, to: 1024 },
  });
  expect(changes.map(({ name }) => name)).not.toContain('shared_buffers');
});

test('a workload that is no more takes its figures with it', () => {
  const without = reference.workloads.filter(({ id }) => id !== 'monitoring');
  const changes = changedSettings(reference.settings, deriveWith(reference, without).settings);
  expect(changes.every(({ workload, to }) => workload === 'monitoring' && to === null)).toBe(true);
  expect(changes.length).toBeGreaterThan(0);
});
