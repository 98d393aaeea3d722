import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { historyMetricNames, historyMetrics, meaningfulLabels, windowSeconds } from './history-metrics.ts';

test('a point is made of its whole step, and of no less than two measurements', () => {
  expect(windowSeconds(10_800, 15)).toBe(10_800);
  expect(windowSeconds(15, 15)).toBe(38);
  expect(historyMetrics['slices.cpu'].over(360)).toBe('avg_over_time(holdfast_slice_cpu_percent[360s])');
  expect(historyMetrics['database.commits'].over(38)).toBe('rate(holdfast_database_counters{counter="commits"}[300s])');
});

test('a line is named by what it is of; a process by its job, which of others only says who was asked', () => {
  const labels = { __name__: 'up', instance: '127.0.0.1:1', job: 'worker media' };
  expect(meaningfulLabels('processes', labels)).toEqual({ job: 'worker media' });
  expect(meaningfulLabels('slices.cpu', { ...labels, slice: 'video' })).toEqual({ slice: 'video' });
});

test('Prometheus understands what is asked for each metric', (ctx) => {
  const promtool = '/usr/bin/promtool';
  if (!existsSync(promtool)) ctx.skip('the Debian package prometheus is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'));
  const rules = historyMetricNames.map((metric) => ({
    record: `of:${metric.replaceAll('.', '_')}`,
    expr: historyMetrics[metric].over(60),
  }));
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'all', rules }] }));
  try {
    const said = execFileSync(promtool, ['check', 'rules', join(folder, 'rules.yml')], { encoding: 'utf8' });
    expect(said).toContain(`${rules.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
