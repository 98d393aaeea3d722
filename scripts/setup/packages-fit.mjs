// Exits with 0 when node_modules holds exactly what package-lock.json says, by npm's own record of what it installed.
import { readFileSync } from 'node:fs';

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

const wanted = packagesOf('package-lock.json');
const found = packagesOf('node_modules/.package-lock.json');
const names = Object.keys(wanted).filter((name) => name !== '');
// Optional packages are for other processors, or npm would have installed them.
const isMissing = (name) => (found[name] ? found[name].version !== wanted[name].version : !wanted[name].optional);
const isLeftOver = (name) => wanted[name] === undefined;
process.exitCode = names.length > 0 && !names.some(isMissing) && !Object.keys(found).some(isLeftOver) ? 0 : 1;
