import { AsyncLocalStorage } from 'node:async_hooks';
import { HoldfastError } from './errors.ts';
import type { Permission } from './permissions.ts';

export type ActorKind = 'account' | 'job' | 'command' | 'system';

/** On whose behalf work is done. Every request, job and command runs inside one. */
export interface TenantContext {
  organisationId: string;
  actor: { kind: ActorKind; id: string; label: string };
  permissions: ReadonlySet<Permission>;
  /** Correlates log lines, audit rows and the answer of one request. */
  requestId: string;
}

const storage = new AsyncLocalStorage<TenantContext>();

/** Runs work as the given organisation and actor. */
export function runAs<Result>(context: TenantContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** The context of the running work. Throws CONTEXT_MISSING where there is none: an unset tenant is an error, never all rows. */
export function currentContext(): TenantContext {
  const context = storage.getStore();
  if (!context)
    throw new HoldfastError('CONTEXT_MISSING', {
      kind: 'bug',
      message: 'This work runs for no organisation.',
      action: 'Wrap it in runAs().',
    });
  return context;
}

/** The context of the running work, or undefined outside any. */
export function findContext(): TenantContext | undefined {
  return storage.getStore();
}
