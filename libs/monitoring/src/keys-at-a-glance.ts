import { z } from 'zod';
import type { AnswerOf } from '#kernel';
import type { KeyStateReport } from '#keys';
import type { getSystem } from './http/system.contract.ts';

type SystemAnswer = AnswerOf<typeof getSystem>;

/** What the embedded keystore says of itself; a Vault and a provider that is away say something else. */
const keystoreDetail = z.object({
  seal: z.string().nullable().catch(null),
  boundTo: z.string().nullable().catch(null),
  keeper: z.object({ account: z.string(), isSeparate: z.boolean() }).nullable().catch(null),
  warnings: z.array(z.string()).catch([]),
  recoveryShares: z.object({ threshold: z.number(), shares: z.number(), createdAt: z.string() }).nullable().catch(null),
});

/** The keys as the system page shows them. */
export function describeKeys({ provider, state, since, reason, readsUntil, detail }: KeyStateReport): SystemAnswer['keys'] {
  return {
    provider,
    state,
    since: since.toISOString(),
    reason,
    ...keystoreDetail.parse(detail),
    readableUntil: readsUntil?.toISOString() ?? null,
  };
}

/** What keeps the keys, among the services: down when it does not answer, degraded when it answers that it is sealed. */
export function keyService({ provider, state, reason, detail }: KeyStateReport): SystemAnswer['services'][number] {
  const isAway = state === 'DEGRADED' || 'code' in detail;
  return {
    name: provider === 'embedded' ? 'keyd' : 'vault',
    state: state === 'READY' ? 'up' : isAway ? 'down' : 'degraded',
    version: null,
    detail: reason ?? keeperWords(detail),
    uptimeSeconds: null,
    memoryBytes: null,
  };
}

function keeperWords(detail: KeyStateReport['detail']): string | null {
  const { keeper } = keystoreDetail.parse(detail);
  if (!keeper) return null;
  return `runs as ${keeper.account}, ${keeper.isSeparate ? 'an account of its own' : "the appliance's own account"}`;
}
