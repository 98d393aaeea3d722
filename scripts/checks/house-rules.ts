import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Generated or table-like files that may be longer; this list only shrinks. */
const longFiles = new Set(['apps/portal/src/api/schema.d.ts']);
/** Programs that show what a hostile parser would do must look like one; tests hand their environment on to what they start. */
const environmentReaders = [/^libs\/manifest\//, /^libs\/sandbox\/src\/testing\//, /^tests\//];

const longestFile = 400;
const doubtfulName = /(^|[-._])(utils?|helpers?|common|manager|misc|stuff)([-._]|$)/i;
const environmentUse = /\bprocess\.env\b/;
const cipherUse = /\bcreate(Cipher|Decipher)iv\b/;
/** Tests play the attacker, or stand in for another server. */
const cipherUsers = /^libs\/(keys|testing)\/|^tests\//;

function problemsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const lines = text.split('\n');
  const problems: string[] = [];
  if (lines.length - 1 > longestFile && !longFiles.has(file))
    problems.push(
      `${file}: ${lines.length - 1} lines; split files over ${longestFile} (STYLE: 70 are usual, over 250 are asked why).`,
    );
  if (doubtfulName.test(basename(file)))
    problems.push(`${file}: say in the name what it does; "${basename(file)}" could hold anything.`);
  if (!environmentReaders.some((allowed) => allowed.test(file)))
    lines.forEach((line, index) => {
      if (environmentUse.test(line) && !line.trimStart().startsWith('*'))
        problems.push(
          `${file}:${index + 1}: the environment is read in libs/manifest only; add what you need to readEnvironment().`,
        );
    });
  if (!cipherUsers.test(file) && cipherUse.test(text))
    problems.push(`${file}: ciphers are used in libs/keys only; seal and open through its door.`);
  return problems;
}

/** Rules of CONTRIBUTING that no linter knows: length of files, doubtful names, one reader of the environment, one user of ciphers. */
export function findHouseProblems(root: string): string[] {
  const patterns = ['libs/**/*.{ts,tsx}', 'apps/**/*.{ts,tsx}', 'scripts/**/*.ts', 'tests/**/*.ts'];
  const files = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).sort();
  return files.filter((file) => file !== 'scripts/checks/house-rules.ts').flatMap((file) => problemsOf(root, file));
}
