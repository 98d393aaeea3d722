import { globSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { printTable, type Row } from './harness.ts';

// Runs the named measurements (api, upload, renditions, …), or all, on the built product: npm run bench -- [NAME…]
const files = globSync('**/*.bench.ts', { cwd: import.meta.dirname }).sort();
const names = files.map((file) => basename(file, '.bench.ts'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}; there are: ${names.join(', ')}.`);
  process.exit(2);
}

console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}, Node ${process.versions.node}\n`);
const rows: Row[] = [];
for (const [index, file] of files.entries()) {
  if (wanted.length > 0 && !wanted.includes(names[index] as string)) continue;
  console.error(`measuring ${names[index]} …`);
  const { run } = (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { run(): Promise<Row[]> };
  rows.push(...(await run()));
}
if (rows.length > 0) printTable(rows);
