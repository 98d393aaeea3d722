import type { INestApplicationContext } from '@nestjs/common';
import type { Permission } from '#kernel';
import type { Appliance } from '#manifest';
import { withServices } from '../with-services.ts';

/** Runs work with the services that show and rotate keys, for an organisation. Throws APPLIANCE_NOT_RUNNING. */
export function withKeyRequests<Result>(
  appliance: Appliance,
  command: string,
  permission: Permission,
  organisation: unknown,
  work: (services: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  return withServices(
    appliance,
    async (services) => {
      const [{ CommandContext }, { runAs }] = await Promise.all([import('#identity'), import('#kernel')]);
      const name = typeof organisation === 'string' ? organisation : undefined;
      const context = await services.get(CommandContext).create(command, [permission], name);
      return runAs(context, () => work(services));
    },
    async () => {
      // Who holds data keys registers with the keys: without them too little would be counted.
      const [{ KeyRequestsModule }, { MediaModule }] = await Promise.all([import('#keys'), import('#media')]);
      return [MediaModule, KeyRequestsModule];
    },
  );
}
