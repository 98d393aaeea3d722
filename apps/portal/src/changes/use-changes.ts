import { useMutation, useQueryClient } from '@tanstack/react-query';
import { reconcile } from '../api/reconcile-calls.ts';
import type { ApplyRequest, HealRequest } from '../api/reconcile-types.ts';

/** Reads anew whatever a change of the machine may have made other. */
export function useReadMachineAnew(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all(['reconcile', 'cores', 'memory', 'gpu'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

/** Puts a plan in force until it is kept or its time is over. */
export function useApply(domain: string, onApplied: () => void) {
  const readAnew = useReadMachineAnew();
  return useMutation({
    mutationFn: (request: ApplyRequest) => reconcile.apply(domain, request),
    meta: { quiet: true },
    onSuccess: onApplied,
    onSettled: readAnew,
  });
}

/** Changes that somebody took back in this tab: no news to whoever did. */
export const takenBackHere = new Set<string>();

/** Keeps what waits, or takes it back at once. */
export function useDecide(domain: string, decision: 'confirm' | 'revert') {
  const readAnew = useReadMachineAnew();
  return useMutation({
    mutationFn: (changeId: string) => {
      if (decision === 'revert') takenBackHere.add(changeId);
      return reconcile[decision](domain, changeId);
    },
    onSettled: readAnew,
  });
}

/** Goes back to an earlier generation: a change like any other, which waits to be kept. */
export function useGoBack(domain: string, onApplied: () => void) {
  const readAnew = useReadMachineAnew();
  return useMutation({
    mutationFn: ({ generation, seconds }: { generation: number; seconds: number }) =>
      reconcile.goBack(domain, generation, seconds),
    meta: { quiet: true },
    onSuccess: onApplied,
    onSettled: readAnew,
  });
}

/** Puts one departure right, or all that may be. */
export function useHeal(domain: string) {
  const readAnew = useReadMachineAnew();
  return useMutation({
    mutationFn: (what: HealRequest) => reconcile.heal(domain, what),
    onSettled: readAnew,
  });
}
