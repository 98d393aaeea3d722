import type { PendingAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import { type CommandContext, exitCodes } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { type ChangeEnd, followChange, keepChange } from './follow-change.ts';

const words: Record<ChangeEnd, string> = {
  committed: 'Kept. The manifest says it, too.',
  'rolled-back': 'Taken back: everything is as it was.',
  waiting: 'It still waits; keep it with ./holdfast apply --keep.',
  left: 'Left to its time: it goes back by itself unless somebody keeps it (./holdfast apply --keep).',
  failed: 'It failed; see ./holdfast history.',
};

/** Says what a change came to; answers the exit code. */
export function sayEnd(end: ChangeEnd, wanted: ChangeEnd, terminal: Terminal): number {
  terminal.say(`${end === wanted ? terminal.style('green', '✓') : '•'} ${words[end]}`);
  return end === wanted ? exitCodes.ok : exitCodes.error;
}

/** Keeps a change at once, follows it, or leaves it to whoever reads the answer. */
export async function endChange(
  { api, domain, pending }: { api: ApiSession; domain: string; pending: PendingAnswer },
  isKept: boolean,
  { terminal, json }: CommandContext,
): Promise<number> {
  if (json && !isKept) {
    terminal.answer({ domain, state: 'waiting', pending });
    return exitCodes.ok;
  }
  const found: ChangeEnd = isKept
    ? (await keepChange(api, domain, pending.changeId)).state
    : await followChange(api, domain, pending, terminal);
  if (json) terminal.answer({ domain, state: found, pending });
  return sayEnd(found, 'committed', terminal);
}
