import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainAnswer, HistoryAnswer, OutcomeAnswer, PendingAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import type { Terminal } from '../terminal.ts';

const lookEveryMs = 1_000;

/** What a change came to: as the api says, or somebody left it to its time. */
export type ChangeEnd = OutcomeAnswer['state'] | 'left' | 'failed';

/** Keeps a change. */
export function keepChange(api: ApiSession, domain: string, changeId: string): Promise<OutcomeAnswer> {
  return api.post(`/reconcile/${domain}/confirm`, { changeId });
}

/** Takes a change back. */
export function revertChange(api: ApiSession, domain: string, changeId: string): Promise<OutcomeAnswer> {
  return api.post(`/reconcile/${domain}/rollback`, { changeId });
}

/**
 * Counts down, and waits for `keep` or `revert` on standard input, or for what happens without them. Ctrl-C and the end of the input leave the change to
 * its time.
 */
export async function followChange(
  api: ApiSession,
  domain: string,
  pending: PendingAnswer,
  terminal: Terminal,
): Promise<ChangeEnd> {
  terminal.say(`It is in force, and goes back by itself in ${Math.ceil(pending.secondsLeft ?? 0)} s.`);
  terminal.say('Type keep and Enter to keep it, revert to take it back; Ctrl-C leaves it to go back.');
  const typed = new AbortController();
  const answers = readAnswer(typed.signal);
  try {
    const first = await Promise.race([answers, waitForEnd(api, domain, pending, terminal, typed.signal)]);
    if (first === 'keep') return (await keepChange(api, domain, pending.changeId)).state;
    if (first === 'revert') return (await revertChange(api, domain, pending.changeId)).state;
    return first;
  } finally {
    typed.abort();
  }
}

/** The first word that is an answer; `left` once nothing more can be typed. */
function readAnswer(signal: AbortSignal): Promise<'keep' | 'revert' | 'left'> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    const end = (answer: 'keep' | 'revert' | 'left') => {
      // First: closing counts as an answer, too.
      resolve(answer);
      lines.close();
    };
    lines.on('line', (line) => {
      const word = line.trim().toLowerCase();
      if (word === 'keep' || word === 'revert') end(word);
    });
    lines.once('close', () => resolve('left'));
    lines.once('SIGINT', () => end('left'));
    process.once('SIGINT', () => end('left'));
    signal.addEventListener('abort', () => lines.close(), { once: true });
  });
}

async function waitForEnd(
  api: ApiSession,
  domain: string,
  { changeId, deadline }: PendingAnswer,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ChangeEnd> {
  const until = Date.parse(deadline ?? '') || Date.now();
  for (let shown = ''; !signal.aborted; await sleep(lookEveryMs)) {
    const now = await api.get<DomainAnswer>(`/reconcile/${domain}`);
    if (now.pending?.changeId !== changeId) return endOf(api, domain, changeId);
    const line = `  ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s left`;
    if (terminal.interactive && line !== shown) terminal.redraw(shown === '' ? 0 : 1, `\x1b[2K${line}\n`);
    shown = line;
  }
  return 'left';
}

/** What became of a change that no longer waits. */
export async function endOf(api: ApiSession, domain: string, changeId: string): Promise<ChangeEnd> {
  const { generations } = await api.get<HistoryAnswer>(`/reconcile/${domain}/history?limit=50`);
  return generations.find((entry) => entry.changeId === changeId)?.outcome ?? 'failed';
}
