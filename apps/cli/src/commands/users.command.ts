import { defineCommand } from '../command.ts';
import { readSecretLine } from '../standard-input.ts';
import { withServices } from '../with-services.ts';

const createAdmin = defineCommand({
  name: 'users create-admin',
  summary: 'Create an administrator; the first one comes with the organisation.',
  permission: 'account.update',
  options: [
    { flags: '--email <email>', summary: 'address to sign in with', required: true },
    { flags: '--password-stdin', summary: 'read the password (12 characters or more) from standard input', required: true },
    { flags: '--name <name>', summary: 'name to show; the address unless given' },
    { flags: '--organisation <name>', summary: 'name of the organisation, when it is the first', default: 'Holdfast' },
  ],
  run: async ({ appliance, terminal }, { options }) => {
    const email = String(options.email).trim().toLowerCase();
    const password = await readSecretLine('password');
    const created = await withServices(appliance, async (services) => {
      const { SetupService } = await import('#identity');
      const { newId } = await import('#kernel');
      return services.get(SetupService).createAdministrator(
        {
          email,
          password,
          displayName: String(options.name ?? email),
          organisationName: String(options.organisation),
        },
        newId(),
      );
    });
    terminal.say(`${terminal.style('green', '✓')} ${email} is an administrator and can sign in.`);
    if (options.json) terminal.answer({ email, ...created });
  },
});

const setupLink = defineCommand({
  name: 'users setup-link',
  summary: 'Print a new one-time link that makes the first administrator; earlier links end.',
  permission: 'account.update',
  run: async ({ appliance, terminal, json }) => {
    const { createSetupLink } = await import('../setup-link.ts');
    const link = await createSetupLink(appliance);
    if (json) terminal.answer({ link: link ?? null });
    terminal.say(link ?? 'There is an administrator already; sign in, or add another with `holdfast users create-admin`.');
  },
});

export const commands = [createAdmin, setupLink];
