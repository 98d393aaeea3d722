import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { reconcile } from '../api/reconcile-calls.ts';
import type { DomainSummary, PastChange } from '../api/reconcile-types.ts';
import { toast } from '../ui/toast-queue.ts';
import { takenBackHere, useReadMachineAnew } from './use-changes.ts';

/** Says on whatever page one is how a change ended that was seen waiting, whoever decided it. */
export function useTellOutcome(domains: readonly DomainSummary[] | undefined): void {
  const queries = useQueryClient();
  const readAnew = useReadMachineAnew();
  const awaited = useRef(new Map<string, { changeId: string; title: string }>());
  useEffect(() => {
    for (const { domain, title, pending } of domains ?? []) {
      const before = awaited.current.get(domain);
      if (pending) awaited.current.set(domain, { changeId: pending.changeId, title });
      else awaited.current.delete(domain);
      if (!before || before.changeId === pending?.changeId) continue;
      void readAnew();
      void tell(domain, before.title, before.changeId);
    }
  });
  async function tell(domain: string, title: string, changeId: string): Promise<void> {
    const { generations } = await queries.fetchQuery({
      queryKey: ['reconcile', domain, 'newest'],
      queryFn: ({ signal }) => reconcile.history(domain, null, signal),
      staleTime: 0,
    });
    const ended = generations.find((change) => change.changeId === changeId);
    if (ended && ended.outcome !== 'waiting') toast(outcomeToast(title, ended));
  }
}

function outcomeToast(title: string, { changeId, outcome, generation, reason }: PastChange): Parameters<typeof toast>[0] {
  if (outcome === 'committed')
    return { tone: 'good', title: `${title}: kept`, detail: `Generation ${generation} is in force and declared.` };
  return {
    tone: takenBackHere.has(changeId) ? 'info' : 'bad',
    title: `${title}: ${outcome === 'failed' ? 'not changed' : 'went back'}`,
    detail: reason ?? 'The former values are in force.',
  };
}
