import type { KeystoreAct } from '../keystore/keystore-acts.ts';
import type { KeyState } from '../provider/key-provider.ts';
import type { KeyStateReport } from '../provider/key-state-watch.ts';

/** A change of state that is to be written into the audit. */
export interface KeyChange {
  state: KeyState;
  since: Date;
  provider: 'embedded' | 'vault';
  /** Why it is not READY. */
  reason: string | null;
  /** The id of the question that found it out, where the provider's own audit has that. */
  requestId: string | null;
  /** What somebody did that explains it. */
  act: Pick<KeystoreAct, 'id' | 'action' | 'by'> | null;
  /** Only this process's view of a provider that is away: counts where no other has a view. */
  isGuess: boolean;
}

/** A change follows from what was done within so many milliseconds before it was seen. */
const causeWithinMs = 15_000;
const explains: Partial<Record<KeyState, string[]>> = {
  SEALED: ['keystore.sealed'],
  READY: ['keystore.unsealed', 'keystore.made'],
};

/** What there is to write down of a report. */
export function changeOf(report: KeyStateReport, isGuess = false): KeyChange {
  const { state, since, provider, reason, detail } = report;
  const last = detail.lastAct as KeystoreAct | null | undefined;
  const isCause =
    last && explains[state]?.includes(last.action) && since.getTime() - new Date(last.at).getTime() <= causeWithinMs;
  const act = isCause ? { id: last.id, action: last.action, by: last.by } : null;
  const requestId = typeof detail.requestId === 'string' ? detail.requestId : null;
  return { state, since, provider, reason: state === 'READY' ? null : reason, requestId, act, isGuess };
}

/** Whether a process says SEALED only because it has found the provider away since it started: others may still read what they have opened. */
export function isGuess({ state, detail }: KeyStateReport): boolean {
  return state === 'SEALED' && detail.code === 'KEYS_UNAVAILABLE';
}

/** Whether a change is news to the audit, which knows another state. */
export function isNews(change: KeyChange, known: { state: KeyState; isNewerThan(since: Date): boolean }): boolean {
  if (change.state === known.state || known.isNewerThan(change.since)) return false;
  return !change.isGuess || known.state === 'READY';
}

/** Whether a change says again what the audit knows, later than that: what others found in between, and write down late, is no news any more. */
export function isConfirmation(change: KeyChange, known: { state: KeyState; isNewerThan(since: Date): boolean }): boolean {
  return change.state === known.state && !change.isGuess && !known.isNewerThan(change.since);
}
