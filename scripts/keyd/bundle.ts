import { join, resolve } from 'node:path';
import { build } from 'vite';

// Puts the keystore's program, or the host agent's, into one file that needs nothing but Node: node scripts/keyd/bundle.ts FILE [keyd|agent|figures]
// What runs under another account, or as root, must not load what the appliance's account may write, as it may here.

const file = resolve(process.argv[2] ?? '');
const entries = { keyd: 'keyd/src/main.ts', agent: 'agent/src/main.ts', figures: 'agent/src/figures/main.ts' };
const entry = entries[(process.argv[3] ?? 'keyd') as keyof typeof entries];
const checkout = resolve(import.meta.dirname, '..', '..');
await build({
  root: checkout,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  resolve: { conditions: ['source'] },
  ssr: { noExternal: true, resolve: { conditions: ['source'] } },
  build: {
    ssr: join(checkout, 'apps', entry),
    outDir: join(file, '..'),
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    rolldownOptions: { output: { entryFileNames: file.slice(join(file, '..').length + 1), codeSplitting: false } },
  },
});
