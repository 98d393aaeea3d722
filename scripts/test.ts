import { startVitest, type TestCase, type Vitest } from 'vitest/node';
import { runChecks } from './check.ts';
import { programStep, runSteps } from './steps.ts';

// Everything a change must pass, ending with one line that says how much did: `N passed, N failed, N skipped`.

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Why a test was skipped, as it said with `context.skip(reason)`. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
}

/** Counts of all tests, the skipped ones with their reasons, and those that passed only when they were run again. */
function tally(vitest: Vitest): { counts: Tally; skips: string[]; shaky: string[] } {
  const counts: Tally = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 };
  const skips: string[] = [];
  const shaky: string[] = [];
  for (const module of vitest.state.getTestModules()) {
    // A file that cannot be loaded, or whose hooks fail, counts once beside its tests.
    if (module.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (test.diagnostic()?.flaky) shaky.push(test.fullName);
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else {
        counts.skipped += 1;
        skips.push(`${test.fullName}: ${reasonOf(test)}`);
      }
    }
  }
  return { counts, skips, shaky };
}

console.log('Checks');
const checks = await runChecks();
console.log('\nBuild');
const builds = await runSteps([programStep('build', 'node', ['scripts/build.ts'])], 1);
console.log('\nTests');
const vitest = await startVitest('test', process.argv.slice(2), { watch: false, run: true });
const { counts, skips, shaky } = tally(vitest);
await vitest.close();

const steps = [...checks, ...builds];
const failedSteps = steps.filter((step) => !step.passed);
if (skips.length > 0) console.log(`\nSkipped:\n${skips.map((skip) => `  - ${skip}`).join('\n')}`);
if (shaky.length > 0) console.log(`\nPassed only when run again:\n${shaky.map((name) => `  - ${name}`).join('\n')}`);
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.map((step) => step.name).join(', ')}`);
const failed = counts.failed + failedSteps.length;
console.log(`\n${counts.passed + steps.length - failedSteps.length} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
