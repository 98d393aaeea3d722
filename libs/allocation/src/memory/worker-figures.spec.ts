import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCheckout, profileFolder, readManifest, settleFigures } from '#manifest';
import { figuresNow } from './running-figures.ts';
import { figuresOfWorker, joinWorkerFigures } from './worker-figures.ts';

const folder = profileFolder(findCheckout());
const manifest = readManifest(join(folder, 'ryzen-7950x-4090.yaml'), folder);
const told = settleFigures(manifest);
const later = settleFigures({
  ...manifest,
  workloads: manifest.workloads.map((workload) => (workload.id === 'ml' ? { ...workload, threads: 8 } : workload)),
});

test('a worker tells its own figures and those of programs that it starts, and nobody else\u2019s', () => {
  const figures = figuresOfWorker(told, 'inference');
  expect(Object.keys(figures).sort()).toEqual(['inference', 'onnxruntime']);
  expect(figures.inference).toMatchObject({ OMP_NUM_THREADS: 4, 'max-old-space-size': expect.any(Number) });
  expect(Object.keys(figuresOfWorker(told, 'media')).sort()).toEqual(['ffmpeg', 'media', 'parsers']);
  expect(figuresOfWorker(told, 'nobody')).toEqual({});
});

test('of a worker that was started anew nothing is awaited, although this process was not; of the others it is', () => {
  const running = joinWorkerFigures([JSON.stringify(figuresOfWorker(later, 'inference'))]);
  expect(figuresNow(told.settings, later.settings, running).fromNextStart).toEqual([]);
  const before = joinWorkerFigures([JSON.stringify(figuresOfWorker(told, 'inference'))]);
  const awaited = figuresNow(told.settings, later.settings, before).fromNextStart;
  expect(awaited.map(({ program }) => program)).toContain('onnxruntime');
});

test('of several words for a program the first counts, and what is none is left out', () => {
  const texts = [null, '{', '{"ffmpeg":3}', '{"ffmpeg":{"-threads":3}}', '{"ffmpeg":{"-threads":2},"media":{"a":1}}'];
  expect(joinWorkerFigures(texts)).toEqual({ ffmpeg: { '-threads': 3 }, media: { a: 1 } });
});
