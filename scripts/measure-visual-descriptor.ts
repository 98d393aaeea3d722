// Measures what the visual descriptor says of any picture, and writes it down: node --conditions=source scripts/measure-visual-descriptor.ts
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { measureExpectedValues } from '../libs/intelligence/src/descriptor/measure-expected-values.ts';

const file = 'libs/intelligence/src/descriptor/expected-values.ts';
const values = await measureExpectedValues();
writeFileSync(
  file,
  `// Written by scripts/measure-visual-descriptor.ts.

/** What the parts of the visual descriptor are on average over pictures drawn by chance (\`drawPicture\`). */
export const expectedValues: readonly number[] = [${values.join(', ')}];
`,
);
execFileSync('biome', ['format', '--write', file], { stdio: 'inherit' });
console.log(`${values.length} values lie in ${file}; take over the new hash of the graph and raise its version.`);
