import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchMetrics, serveMetrics } from './metrics-socket.adapter.ts';

test('a process tells its metrics on a socket of its own account, also where a killed one left it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-'));
  const path = join(folder, 'metrics-media.sock');
  writeFileSync(path, '');
  const stop = await serveMetrics(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await fetchMetrics(path)).toContain('holdfast_process_cpu_seconds_total');
  await stop();
  expect(existsSync(path)).toBe(false);
  expect(await fetchMetrics(path)).toBeUndefined();
  rmSync(folder, { recursive: true });
});
