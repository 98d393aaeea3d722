import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/**
 * Fails the build when what a browser loads before the first page's own code grows over the budget: the entry, everything it
 * imports statically, and their styles, gzipped.
 */
export function budgetPlugin({ firstLoadGzipBytes }: { firstLoadGzipBytes: number }): Plugin {
  return {
    name: 'holdfast:budget',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const entry = Object.values(bundle).find((part) => part.type === 'chunk' && part.isEntry);
      if (!entry) return;
      const seen = new Set<string>();
      const visit = (fileName: string) => {
        const part = bundle[fileName];
        if (!part || seen.has(fileName)) return;
        seen.add(fileName);
        if (part.type !== 'chunk') return;
        for (const imported of part.imports) visit(imported);
        for (const style of (part as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [])
          visit(style);
      };
      visit(entry.fileName);
      let total = 0;
      for (const fileName of seen) {
        const part = bundle[fileName];
        if (part) total += gzipSync(part.type === 'chunk' ? part.code : part.source).byteLength;
      }
      const says = `first load ${(total / 1000).toFixed(1)} kB gzip of ${(firstLoadGzipBytes / 1000).toFixed(0)} kB allowed, in ${seen.size} files`;
      if (total > firstLoadGzipBytes) this.error(`The portal is over its budget: ${says}.`);
      this.info(says);
    },
  };
}
