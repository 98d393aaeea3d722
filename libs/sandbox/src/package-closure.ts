import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface PackageJson {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/**
 * The folders of the named packages and of all that they depend on, below one flat `node_modules`: the only ones a sandboxed
 * parser gets to see. Optional packages that are not installed are left out.
 */
export function packageClosure(checkout: string, names: readonly string[]): string[] {
  const found = new Map<string, string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const folder = join(checkout, 'node_modules', name);
    if (found.has(name) || !existsSync(join(folder, 'package.json'))) continue;
    found.set(name, folder);
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as PackageJson;
    waiting.push(...Object.keys({ ...dependencies, ...optionalDependencies }));
  }
  return [...found.values()].sort();
}

/** The folder of the package.json above a file: where its `#doors` and `node_modules` are. */
export function packageRootOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error(`no package.json above ${file}`);
    folder = dirname(folder);
  }
  return folder;
}
