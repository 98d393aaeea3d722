import { join, resolve } from 'node:path';
import { build } from 'vite';

// Puts the keystore's program into one file that needs nothing but Node: node scripts/keyd/bundle.ts FILE
// A keystore under an account of its own must not load what another account may write, as it may here.

const file = resolve(process.argv[2] ?? '');
const checkout = resolve(import.meta.dirname, '..', '..');
await build({
  root: checkout,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  resolve: { conditions: ['source'] },
  ssr: { noExternal: true, resolve: { conditions: ['source'] } },
  build: {
    ssr: join(checkout, 'apps/keyd/src/main.ts'),
    outDir: join(file, '..'),
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    rolldownOptions: { output: { entryFileNames: file.slice(join(file, '..').length + 1), codeSplitting: false } },
  },
});
