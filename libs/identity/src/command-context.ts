import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { HoldfastError, newId, type Permission, type TenantContext } from '#kernel';
import { AccountRepository } from './account.repository.ts';

/** Contexts for commands run on the machine itself: whoever may open the database's socket is the administrator on site. */
@Injectable()
export class CommandContext {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
  ) {}

  /** The context of a command for the named organisation, or for the only one there is. Throws COMMAND_ORGANISATION_NEEDED or SETUP_NEEDED. */
  async create(command: string, permissions: readonly Permission[], organisationName?: string): Promise<TenantContext> {
    const organisations = await this.database.run((sql) => this.accounts.organisations(sql));
    const matching = organisationName
      ? organisations.filter((organisation) => organisation.name === organisationName)
      : organisations;
    const [organisation, second] = matching;
    if (organisations.length === 0)
      throw new HoldfastError('SETUP_NEEDED', {
        kind: 'conflict',
        message: 'The appliance has no organisation yet.',
        action:
          'Open the setup link that `./holdfast up` prints, or run `./holdfast users create-admin --email E --password-stdin`.',
      });
    if (!organisation || second)
      throw new HoldfastError('COMMAND_ORGANISATION_NEEDED', {
        kind: 'invalid',
        message: organisationName ? `There is no organisation ${organisationName}.` : 'There are several organisations.',
        action: `Give --organisation with one of: ${organisations.map(({ name }) => name).join(', ')}.`,
      });
    return {
      organisationId: organisation.id,
      actor: { kind: 'command', id: command, label: `holdfast ${command}` },
      permissions: new Set(permissions),
      requestId: newId(),
    };
  }
}
