import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end and answers what it printed; rejects with what it complained of. */
export async function runProgram(program: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, words, { maxBuffer: 16_777_216 });
    return stdout.trim();
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new Error(`${program} ${words.join(' ')}: ${stderr?.trim() || message}`, { cause });
  }
}
