import { useQuery } from '@tanstack/react-query';
import { asProblem } from '../api/problem.ts';
import { domainQuery } from '../api/reconcile-queries.ts';
import type { DomainDetail } from '../api/reconcile-types.ts';
import { useNeeds } from '../session/session.ts';

/** What can be done about a part of the machine now. */
export interface Control {
  /** Undefined while it is read, or where it cannot be. */
  detail: DomainDetail | undefined;
  /** Why the machine cannot be changed at all; undefined where it can. */
  unavailable: string | undefined;
  /** Why nothing can be applied just now. */
  refusal: string | false;
}

/** Follows a domain: whether the host can be changed, and what stands in the way. */
export function useControl(domain: string): Control {
  const query = useQuery(domainQuery(domain));
  const needs = useNeeds();
  const detail = query.data;
  const unavailable = detail
    ? detail.hostControl.available
      ? undefined
      : (detail.hostControl.reason ?? 'not known why.')
    : query.error
      ? asProblem(query.error).message
      : undefined;
  const refusal =
    (unavailable !== undefined && `Host control unavailable: ${unavailable}`) ||
    needs('box.change', 'change the box') ||
    (!detail && 'Whether the host can be changed is being read.') ||
    (detail ? stateRefusal(detail) : false);
  return { detail, unavailable, refusal };
}

function stateRefusal({ state, title }: DomainDetail): string | false {
  if (state === 'waiting') return `A change of ${title} waits: keep it or take it back first.`;
  if (state === 'rolling-back') return 'The box is going back. Nothing else can be changed until that is done.';
  return false;
}
