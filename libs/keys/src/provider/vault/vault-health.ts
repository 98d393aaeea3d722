import { asHoldfastError } from '#kernel';
import type { ProviderHealth } from '../key-provider.ts';
import { serverError, serverHealthSchema } from './vault-answer.ts';
import type { VaultHttp } from './vault-http.adapter.ts';
import type { VaultSession } from './vault-session.ts';

/** Two exchanges have to be over within two seconds. */
const eachMs = 900;

/** How a server is and whether it takes us: reachable, unsealed, active, and a token that it gave us. Throws what is in the way of asking. */
export async function readVaultHealth(http: VaultHttp, session: VaultSession): Promise<ProviderHealth> {
  const { status, body } = await http.ask({ method: 'GET', path: 'sys/health', timeoutMs: eachMs });
  const server = serverHealthSchema.safeParse(body).data ?? {};
  const failure = serverError(status);
  const serverSeconds = server.server_time_utc;
  const detail = {
    version: server.version ?? null,
    // A clock that is off makes leases and certificates lie.
    clockSkewSeconds: serverSeconds === undefined ? null : Math.round(Date.now() / 1000 - serverSeconds),
  };
  if (failure) {
    const { code, message } = asHoldfastError(failure);
    return { state: code === 'KEYS_SEALED' ? 'SEALED' : 'DEGRADED', reason: message, detail: { ...detail, code } };
  }
  await session.ensure(eachMs);
  return { state: 'READY', reason: null, detail: { ...detail, tokenExpiresAt: session.expiresAt?.toISOString() ?? null } };
}
