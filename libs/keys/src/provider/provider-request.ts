import { AsyncLocalStorage } from 'node:async_hooks';
import { findContext, newId } from '#kernel';

const storage = new AsyncLocalStorage<string>();

/** The id that calls to the key provider carry: of the request or job that they belong to, of the work that nobody asked for, or one of their own. */
export function providerRequestId(): string {
  return storage.getStore() ?? findContext()?.requestId ?? newId();
}

/** Gives all calls of some work one id, so that its audit entry names what the provider's own audit has. */
export function asProviderRequest<Result>(work: (requestId: string) => Result): Result {
  const id = providerRequestId();
  return storage.run(id, () => work(id));
}
