import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve as absolute } from 'node:path';
import { defineConfig } from 'vitest/config';
import description from './package.json' with { type: 'json' };

/** Real servers, browsers and parsers run beside these tests: leave them cores to run on. Two at least, as most tests wait for those. */
const maxWorkers = Math.max(2, Math.floor(availableParallelism() / 2));

/** The doors of the libraries, as their sources: Vitest's global set-up knows no export conditions. */
const alias = Object.fromEntries(
  Object.entries(description.imports).map(([door, target]) => [door, absolute(import.meta.dirname, target.source)]),
);
/** Tests provoke failures; what the product logs about them would bury what the tests say. */
const env = { HOLDFAST_LOG_LEVEL: 'fatal' };

// Whatever a test leaves in the folder for temporary files goes with it; servers under other accounts must get through.
const scratch = mkdtempSync('/tmp/holdfast-test-');
chmodSync(scratch, 0o755);
process.env.TMPDIR = scratch;
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const resolve = { alias, conditions: ['source'] };

/** Tests of one folder against real servers. */
function withServers(name: string, testTimeout: number) {
  return {
    ssr: { resolve },
    resolve,
    test: {
      name,
      env,
      environment: 'node',
      pool: 'forks' as const,
      include: [`tests/${name}/**/*.spec.ts`],
      globalSetup: './libs/testing/src/servers.setup.ts',
      maxWorkers,
      // Real servers and browsers on a busy machine: what passes only at the second try is named at the end of the run.
      retry: process.env.CI ? 1 : 0,
      testTimeout,
      hookTimeout: testTimeout,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve },
        resolve,
        test: {
          name: 'unit',
          env,
          environment: 'node',
          pool: 'forks',
          include: ['libs/**/*.spec.ts', 'apps/**/*.spec.{ts,tsx}', 'tests/box/**/*.spec.ts'],
          maxWorkers,
          // Some calculate: a busy machine may take its time.
          testTimeout: 30_000,
        },
      },
      withServers('integration', 60_000),
      withServers('faults', 180_000),
      withServers('security', 120_000),
      withServers('launcher', 180_000),
      withServers('e2e', 180_000),
    ],
  },
});
