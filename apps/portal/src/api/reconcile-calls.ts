import { api, ask } from './client.ts';
import type { ApplyRequest, HealRequest } from './reconcile-types.ts';

const at = (domain: string) => ({ path: { domain } });

/** Calls of the one mechanism that changes the machine, by domain. */
export const reconcile = {
  domains: (signal: AbortSignal) => ask(api.GET('/api/v1/reconcile', { signal })),
  domain: (domain: string, signal: AbortSignal) => ask(api.GET('/api/v1/reconcile/{domain}', { params: at(domain), signal })),
  plan: (domain: string, values: Record<string, number>, signal: AbortSignal) =>
    ask(api.POST('/api/v1/reconcile/{domain}/plan', { params: at(domain), body: { values }, signal })),
  apply: (domain: string, body: ApplyRequest) =>
    ask(api.POST('/api/v1/reconcile/{domain}/apply', { params: at(domain), body })),
  confirm: (domain: string, changeId: string) =>
    ask(api.POST('/api/v1/reconcile/{domain}/confirm', { params: at(domain), body: { changeId } })),
  revert: (domain: string, changeId: string) =>
    ask(api.POST('/api/v1/reconcile/{domain}/rollback', { params: at(domain), body: { changeId } })),
  goBack: (domain: string, generation: number, confirmSeconds: number) =>
    ask(api.POST('/api/v1/reconcile/{domain}/rollback', { params: at(domain), body: { generation, confirmSeconds } })),
  heal: (domain: string, body: HealRequest) => ask(api.POST('/api/v1/reconcile/{domain}/heal', { params: at(domain), body })),
  history: (domain: string, cursor: string | null, signal: AbortSignal) =>
    ask(
      api.GET('/api/v1/reconcile/{domain}/history', {
        params: { ...at(domain), query: cursor ? { cursor } : {} },
        signal,
      }),
    ),
  diff: (domain: string, generation: number, against: number, signal: AbortSignal) =>
    ask(
      api.GET('/api/v1/reconcile/{domain}/history/{generation}/diff', {
        params: { path: { domain, generation }, query: { against } },
        signal,
      }),
    ),
};
