import type { Appliance } from '#manifest';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

/**
 * Writes down what somebody on the machine did to the keystore. It was done by then, and must also be possible while the database is away:
 * where the audit cannot be written that is said, and the log of the keystore has it.
 */
export async function auditKeystore(
  appliance: Appliance,
  terminal: Terminal,
  action: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  try {
    await withServices(appliance, async (services) => {
      const [{ AuditTrail }, { SystemDatabase }, { newId }] = await Promise.all([
        import('#audit'),
        import('#database'),
        import('#kernel'),
      ]);
      const audit = services.get(AuditTrail);
      const actor = { kind: 'command', id: 'keys', label: 'holdfast keys' } as const;
      const entry = {
        organisationId: null,
        actor,
        requestId: newId(),
        action,
        target: { kind: 'keystore', id: 'keyd' },
        detail,
      };
      await services.get(SystemDatabase).run((sql) => audit.recordSystem(sql, entry));
    });
  } catch {
    terminal.complain(
      `${terminal.style('yellow', '!')} The audit could not be written; ${appliance.paths.logs}/keyd.log has it.`,
    );
  }
}
