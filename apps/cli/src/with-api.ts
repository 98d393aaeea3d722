import type { Permission } from '#kernel';
import type { Appliance } from '#manifest';
import type { ApiSession } from './api-session.adapter.ts';
import { configAuthor } from './config/config-author.ts';
import { withServices } from './with-services.ts';

/** The option of commands that speak to the api: what they do stands in the audit of one organisation. */
export const ofOrganisation = {
  flags: '--organisation <name>',
  summary: 'in whose audit it stands, when there are several organisations',
};

/** On whose behalf a command speaks to the api, and what it needs for it. */
export interface Asking {
  command: string;
  permissions: Permission[];
  organisation: unknown;
}

/** Lets a command speak to the running api, with a pass that ends with it. Throws APPLIANCE_NOT_RUNNING. */
export function withApi<Result>(
  appliance: Appliance,
  { command, permissions, organisation }: Asking,
  work: (api: ApiSession) => Promise<Result>,
): Promise<Result> {
  return withServices(appliance, async (services) => {
    const { CommandContext, CommandPass, passHeader } = await import('#identity');
    const { ApiSession } = await import('./api-session.adapter.ts');
    const name = typeof organisation === 'string' ? organisation : undefined;
    const context = await services.get(CommandContext).create(command, permissions, name);
    const passes = services.get(CommandPass);
    const pass = await passes.issue({ ...context, actor: { kind: 'command', id: command, label: configAuthor() } });
    try {
      return await work(new ApiSession(await addressOf(appliance), passHeader(pass)));
    } finally {
      await passes.end(pass);
    }
  });
}

/** A supervisor knows the address that it was started with; under systemd it is the manifest's. */
async function addressOf(appliance: Appliance): Promise<string> {
  const { apiAddressOf, readLiveState } = await import('#supervisor');
  const told = appliance.isRunBySystemd ? undefined : readLiveState(appliance)?.address;
  return told ?? apiAddressOf(appliance);
}
