import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Root of the checkout. */
export const root = join(import.meta.dirname, '..');

/** One thing that succeeds or fails. */
export interface Step {
  name: string;
  run(): Promise<StepResult>;
}

export interface StepResult {
  passed: boolean;
  /** What it printed. */
  output: string;
}

export interface FinishedStep extends StepResult {
  name: string;
  milliseconds: number;
}

/** A step that runs a program of node_modules/.bin (or `node`) in the checkout; it passes when the program exits with 0. */
export function programStep(name: string, program: string, words: string[]): Step {
  return { name, run: () => runProgram(program, words) };
}

function runProgram(program: string, words: string[]): Promise<StepResult> {
  const command = program === 'node' ? process.execPath : join(root, 'node_modules', '.bin', program);
  return new Promise((settle) => {
    const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', (error) => settle({ passed: false, output: error.message }));
    child.on('close', (code) =>
      settle({ passed: code === 0, output: stripVTControlCharacters(Buffer.concat(parts).toString()) }),
    );
  });
}

async function timed(step: Step): Promise<FinishedStep> {
  const startedMs = performance.now();
  const result = await step.run().catch((error: Error) => ({ passed: false, output: error.stack ?? error.message }));
  return { name: step.name, ...result, milliseconds: Math.round(performance.now() - startedMs) };
}

/** Prints a finished step as one line, and what it said where it failed. */
export function printStep(step: FinishedStep): void {
  console.log(`  ${step.passed ? '✓' : '✗'} ${step.name.padEnd(28)} ${(step.milliseconds / 1000).toFixed(1).padStart(6)} s`);
  if (!step.passed) console.log(step.output.trimEnd().replaceAll(/^/gm, '      '));
}

/** Runs steps, at most `width` at a time, and prints each as it finishes. */
export async function runSteps(steps: Step[], width: number): Promise<FinishedStep[]> {
  const waiting = [...steps];
  const finished: FinishedStep[] = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const result = await timed(step);
      printStep(result);
      finished.push(result);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return finished;
}
