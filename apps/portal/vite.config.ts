import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type ProxyOptions, type UserConfig } from 'vite';
import { budgetPlugin } from './build/budget-plugin.ts';
import { oneLanguagePlugin } from './build/one-language-plugin.ts';
import { serviceWorkerPlugin } from './build/service-worker-plugin.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const address = 'http://127.0.0.1:8000';
// The appliance answers only to its own name, and takes changes only from its own pages.
const appliance: ProxyOptions = { target: address, ws: true, changeOrigin: true, headers: { origin: address } };

// `vite apps/portal` works against a running appliance; `vite apps/portal --mode mock` against one made up, which never reaches a build.
export default defineConfig(
  async ({ mode, command }): Promise<UserConfig> => ({
    root: at('.'),
    plugins: [
      react(),
      command === 'serve' && mode === 'mock' ? (await import('./mock/mock-plugin.ts')).mockPlugin() : undefined,
      oneLanguagePlugin(),
      serviceWorkerPlugin(),
      budgetPlugin({ firstLoadGzipBytes: 200_000 }),
    ],
    server: {
      port: 5173,
      strictPort: false,
      ...(mode === 'mock' ? {} : { proxy: { '/api': appliance, '/health': appliance } }),
    },
    build: {
      outDir: at('../../dist/portal'),
      emptyOutDir: true,
      target: ['chrome125', 'firefox128', 'safari17.5'],
      cssMinify: 'lightningcss',
      reportCompressedSize: false,
      // The appliance allows no inline data for scripts and fonts; small pictures may be.
      assetsInlineLimit: 2048,
    },
    worker: { format: 'es' },
  }),
);
