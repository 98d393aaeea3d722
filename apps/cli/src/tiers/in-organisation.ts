import type { INestApplicationContext, Type } from '@nestjs/common';
import type { Permission } from '#kernel';
import type { Appliance } from '#manifest';
import { withServices } from '../with-services.ts';

/** The option of commands that work for one organisation. */
export const ofOrganisation = { flags: '--organisation <name>', summary: 'whose objects are named, when there are several' };

/** Runs work on tiers for an organisation on behalf of whoever calls the command. */
export function inOrganisation<Result>(
  appliance: Appliance,
  command: string,
  permissions: Permission[],
  organisation: unknown,
  work: (services: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const rooms = async (): Promise<Type[]> => [(await import('#media')).AssetPlacementModule];
  return withServices(
    appliance,
    async (services) => {
      const [{ CommandContext }, { runAs }] = await Promise.all([import('#identity'), import('#kernel')]);
      const name = typeof organisation === 'string' ? organisation : undefined;
      const context = await services.get(CommandContext).create(command, permissions, name);
      return runAs(context, () => work(services));
    },
    rooms,
  );
}
