import { createInterface } from 'node:readline/promises';
import { HoldfastError } from '#kernel';
import type { Terminal } from '../terminal.ts';

/** Asks before something is changed; `--yes` has answered already. Throws CONSENT_MISSING where nobody can be asked. */
export async function askFirst(question: string, isYes: boolean, terminal: Terminal): Promise<boolean> {
  if (isYes) return true;
  if (!process.stdin.isTTY || !terminal.interactive)
    throw new HoldfastError('CONSENT_MISSING', {
      kind: 'invalid',
      message: 'Nobody can be asked here whether to do it.',
      action: 'Say --yes.',
    });
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
