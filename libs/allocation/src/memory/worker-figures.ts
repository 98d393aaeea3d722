import { z } from 'zod';
import type { SettledManifest } from '#manifest';
import type { RunningFigures } from './running-figures.ts';

/** Redis key of what a worker was started with; it ends soon after the worker. */
export function workerFiguresKey(worker: string): string {
  return `holdfast:figures:${worker}`;
}

/** What a worker was started with, and the programs that it starts: all of its workload but the other processes. */
export function figuresOfWorker(
  { settings, workers }: Pick<SettledManifest, 'settings' | 'workers'>,
  worker: string,
): RunningFigures {
  const processes = ['api', 'postgresql', 'redis', ...workers.map(({ name }) => name)];
  const workload = settings.find(({ program }) => program === worker)?.workload;
  const own = settings.filter(
    (setting) => setting.program === worker || (setting.workload === workload && !processes.includes(setting.program)),
  );
  const figures: Record<string, Record<string, number>> = {};
  for (const { program, name, unit, value } of own) {
    figures[program] = { ...figures[program], [name]: unit === 'MB' ? value * 1024 : value };
  }
  return figures;
}

const figuresOfPrograms = z.record(z.string(), z.record(z.string(), z.number()));

/** What workers remembered, together. Of workers that start the same program the first one's word counts; what nobody can read is left out. */
export function joinWorkerFigures(texts: readonly (string | null)[]): RunningFigures {
  const told = texts.map((text) => figuresOfPrograms.safeParse(text === null ? null : parsed(text)));
  return Object.assign({}, ...told.flatMap(({ data }) => (data ? [data] : [])).reverse());
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
