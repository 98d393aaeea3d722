import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['source'] };

/** Tests against other makers' real servers, built or found where they are run: npm run peers [-- NAME…]. Not part of ./holdfast test. */
export default defineConfig({
  ssr: { resolve },
  resolve,
  test: {
    name: 'peers',
    env: { HOLDFAST_LOG_LEVEL: 'fatal' },
    environment: 'node',
    pool: 'forks',
    include: ['tests/peers/**/*.spec.ts'],
    reporters: ['verbose'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
