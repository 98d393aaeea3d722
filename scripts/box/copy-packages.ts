import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

// Copies what the programs need of node_modules: the packages of package-lock.json that are not for development, as they are installed here.
//   node scripts/box/copy-packages.ts FOLDER
const target = resolve(process.argv[2] ?? '');
const checkout = resolve(import.meta.dirname, '..', '..');

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
}

/** Only for other systems than Debian, for browsers, or for building programs: half of all there is. */
const leftOut = [
  /\/onnxruntime-node\/bin\/[^/]+\/(darwin|win32)$/,
  /^node_modules\/onnxruntime-web$/,
  /^node_modules\/node-linux-[^/]+\/(include|lib|share)$/,
];

function isWanted(source: string): boolean {
  const path = source.slice(checkout.length + 1);
  return !leftOut.some((pattern) => pattern.test(path));
}

const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const needed = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(checkout, path)))
  .map(([path]) => path)
  .sort();
rmSync(target, { recursive: true, force: true });
for (const path of needed) {
  const source = join(checkout, path);
  const copy = join(dirname(target), path);
  if (!isWanted(source) || lstatSync(source).isSymbolicLink()) continue;
  mkdirSync(dirname(copy), { recursive: true });
  // Packages within a package are entries of their own.
  const filter = (file: string) => isWanted(file) && !(basename(file) === 'node_modules' && file !== source);
  cpSync(source, copy, { recursive: true, filter, verbatimSymlinks: true });
}
console.log(`${needed.length} packages`);
