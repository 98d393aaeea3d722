import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findHouseProblems } from './checks/house-rules.ts';
import { type FinishedStep, programStep, root, runSteps, type Step } from './steps.ts';

/** All that can be said about the sources without running them. */
function checks(): Step[] {
  const steps = [
    programStep('imports go down only', 'depcruise', [
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err',
      'libs',
      'apps',
    ]),
    programStep('types', 'tsc', ['-p', 'tsconfig.json']),
    programStep('format and lint', 'biome', ['check', '--error-on-warnings', '.']),
    houseRules,
  ];
  if (existsSync(join(root, 'apps', 'portal', 'tsconfig.json')))
    steps.push(programStep('types of the portal', 'tsc', ['-p', 'apps/portal/tsconfig.json']));
  if (existsSync(join(root, 'scripts', 'contracts.ts')))
    steps.push(programStep('contracts are fresh', 'node', ['--conditions=source', 'scripts/contracts.ts', '--check']));
  return steps;
}

const houseRules: Step = {
  name: 'house rules',
  run: async () => {
    const problems = findHouseProblems(root);
    return { passed: problems.length === 0, output: problems.join('\n') };
  },
};

/** Runs every check, two at a time, and prints each. */
export function runChecks(): Promise<FinishedStep[]> {
  return runSteps(checks(), 2);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const finished = await runChecks();
  const failed = finished.filter((step) => !step.passed);
  console.log(
    failed.length === 0 ? `All ${finished.length} checks passed.` : `${failed.length} of ${finished.length} checks failed.`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
