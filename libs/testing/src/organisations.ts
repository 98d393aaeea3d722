import type { SystemDatabase } from '#database';
import { newId, type Permission, permissions, type TenantContext } from '#kernel';

/** Adds an organisation and answers a context that may do everything in it, as a command does. */
export async function addOrganisation(
  system: SystemDatabase,
  name = 'Test',
  allowed: readonly Permission[] = permissions,
): Promise<TenantContext> {
  const organisationId = newId();
  await system.run((sql) => sql.run('INSERT INTO organisation (id, name) VALUES ($1, $2)', [organisationId, name]));
  return {
    organisationId,
    actor: { kind: 'command', id: 'test', label: 'test' },
    permissions: new Set(allowed),
    requestId: newId(),
  };
}
