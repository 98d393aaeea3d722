import type { Appliance } from '#manifest';
import { addressOf } from '#supervisor';
import { withServices } from './with-services.ts';

/** A new one-time link for the first administrator; undefined once there is one. The token is in the fragment, which no server log sees. */
export async function createSetupLink(appliance: Appliance): Promise<string | undefined> {
  return withServices(appliance, async (services) => {
    const { SetupService } = await import('#identity');
    const token = await services.get(SetupService).createLinkToken();
    return token ? `${addressOf(appliance)}/setup#token=${encodeURIComponent(token)}` : undefined;
  });
}
