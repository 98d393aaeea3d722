import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The text of a small file, trimmed; null where it is not there or may not be read. */
export async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** A whole number in a file; null where there is none. */
export async function readNumber(file: string): Promise<number | null> {
  const text = await readText(file);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Names in a folder in the order of their numbers; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}

/** Several files of a folder by name. */
export async function readTexts(folder: string, names: readonly string[]): Promise<Record<string, string | null>> {
  const texts = await Promise.all(names.map(async (name) => [name, await readText(`${folder}/${name}`)] as const));
  return Object.fromEntries(texts);
}

export interface ProgramAnswer {
  text: string;
  /** Why there is no answer. */
  problem: string | null;
}

const timeoutMs = 10_000;

/** Asks a program without a shell. Some say by their exit status what they found, so any answer counts. */
export function askProgram(program: string, words: readonly string[]): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
    execFile(program, [...words], { timeout: timeoutMs, maxBuffer: 4_194_304, env }, (error, stdout) => {
      const code = (error as NodeJS.ErrnoException | null)?.code;
      if (code === 'ENOENT') resolve({ text: '', problem: `${program} is not installed.` });
      else if (error?.killed) resolve({ text: '', problem: `${program} did not answer within ${timeoutMs / 1000} s.` });
      else resolve({ text: stdout, problem: stdout.trim() ? null : `${program} gave no answer.` });
    });
  });
}
