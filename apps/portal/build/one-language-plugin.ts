import type { Plugin } from 'vite';

const message = /[/\\](intl|i18n)[/\\].*[/\\]?[a-z]{2}-[A-Z]{2}\.(mjs|js|cjs)$/;

/** The component library brings its words in thirty languages; the portal speaks English, so the others are left out of the build. */
export function oneLanguagePlugin(): Plugin {
  return {
    name: 'holdfast:one-language',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      const path = id.split('?')[0] ?? id;
      if (message.test(path) && path.includes('react-') && !path.includes('en-US')) return 'export default {};';
      return null;
    },
  };
}
