import type { ChangeRow } from './change.repository.ts';

type Ended = Pick<ChangeRow, 'state' | 'answeredBy' | 'reason' | 'manifestProblem'>;

/** Why a change ended as it did, as a sentence; undefined where there is nothing to say beside that it was kept. */
export function whyOf({ state, answeredBy, reason, manifestProblem }: Ended): string | undefined {
  if (state === 'rolled-back' && answeredBy?.wish === 'revert') return `${answeredBy.name ?? answeredBy.label} took it back.`;
  if (state === 'committed' && manifestProblem) return `The manifest does not say it yet: ${asSentence(manifestProblem)}`;
  return reason === null ? undefined : asSentence(reason);
}

function asSentence(text: string): string {
  const ended = /[.!?]$/.test(text) ? text : `${text}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}
