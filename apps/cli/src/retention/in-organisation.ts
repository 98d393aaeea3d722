import type { INestApplicationContext, Type } from '@nestjs/common';
import { type Permission, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import { withServices } from '../with-services.ts';

/** The option of commands that work for one organisation. */
export const ofOrganisation = { flags: '--organisation <name>', summary: 'whose, where there are several' };

/** Runs work on retention, for an organisation, on behalf of whoever calls the command. */
export function inOrganisation<Result>(
  appliance: Appliance,
  asked: { command: string; permissions: Permission[]; organisation: unknown; rooms?: () => Promise<Type[]> },
  work: (services: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  return withServices(
    appliance,
    async (services) => {
      const { CommandContext } = await import('#identity');
      const name = typeof asked.organisation === 'string' ? asked.organisation : undefined;
      const context = await services.get(CommandContext).create(asked.command, asked.permissions, name);
      return runAs(context, () => work(services));
    },
    async () => [(await import('#media')).RetentionModule, ...((await asked.rooms?.()) ?? [])],
  );
}
