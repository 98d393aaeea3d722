import { newId, runAs, type TenantContext } from '#kernel';

/** Who did it, where the appliance looks after its keys by itself. */
export const keeper = { kind: 'system', id: 'keys', label: 'Upkeep of keys' } as const;

/** Runs work for an organisation that nobody asked for: upkeep, rotations that go on, tombstones that are applied again. */
export function asKeeper<Result>(organisationId: string, work: () => Promise<Result>): Promise<Result> {
  const context: TenantContext = { organisationId, actor: keeper, permissions: new Set(), requestId: newId() };
  return runAs(context, work);
}
