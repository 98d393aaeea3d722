import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

/** Writes the service worker with the list of files that make the shell; its version is their content. */
export function serviceWorkerPlugin(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'holdfast:service-worker',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle(_options, bundle) {
      const hash = createHash('sha256');
      const files = Object.keys(bundle).filter((name) => !name.endsWith('.map'));
      for (const name of files.sort()) hash.update(name);
      const still = readdirSync(config.publicDir);
      for (const name of still) hash.update(readFileSync(join(config.publicDir, name)));
      const shell = [
        '/',
        ...files.filter((name) => name !== 'index.html').map((name) => `/${name}`),
        ...still.map((name) => `/${name}`),
      ];
      const source = readFileSync(join(config.root, 'src/shell/offline-worker.js'), 'utf8');
      this.emitFile({
        type: 'asset',
        fileName: 'service-worker.js',
        source: source
          .replace("'__VERSION__'", JSON.stringify(hash.digest('hex').slice(0, 16)))
          .replace("['__SHELL__']", JSON.stringify(shell)),
      });
    },
  };
}
