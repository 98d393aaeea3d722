import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { isPermission, newId, type Permission, type TenantContext } from '#kernel';
import { hashToken, newSecretToken } from './secret-token.ts';

const lastsMinutes = 15;
const scheme = 'Holdfast-Command ';

/** What a command sends instead of a cookie. */
export function passHeader(token: string): { authorization: string } {
  return { authorization: `${scheme}${token}` };
}

/** The pass that a request shows, if it does. */
export function readPass(authorization: string | undefined): string | undefined {
  return authorization?.startsWith(scheme) ? authorization.slice(scheme.length) : undefined;
}

/**
 * Lets a command on the machine speak to the api as whoever calls it: it writes a pass into the database, which only the appliance's account can, and
 * shows it. Only the hash is stored, with the few permissions that the command declares, and it ends after 15 minutes or with the command.
 */
@Injectable()
export class CommandPass {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** A new pass for what the context may do. Whatever has expired goes. */
  async issue({ organisationId, actor, permissions }: TenantContext): Promise<string> {
    const token = newSecretToken();
    await this.database.run(async (sql) => {
      await sql.run('DELETE FROM command_pass WHERE expires_at < now()');
      await sql.run(
        `INSERT INTO command_pass (token_hash, organisation, command, label, permissions, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 minute')`,
        [hashToken(token), organisationId, actor.id, actor.label, [...permissions], lastsMinutes],
      );
    });
    return token;
  }

  async end(token: string): Promise<void> {
    await this.database.run((sql) => sql.run('DELETE FROM command_pass WHERE token_hash = $1', [hashToken(token)]));
  }

  /** The context of a pass; undefined where there is none, or no longer. */
  async find(token: string, requestId: string = newId()): Promise<TenantContext | undefined> {
    const found = await this.database.run((sql) =>
      sql.first<{ organisation: string; command: string; label: string; permissions: string[] }>(
        'SELECT organisation, command, label, permissions FROM command_pass WHERE token_hash = $1 AND expires_at > now()',
        [hashToken(token)],
      ),
    );
    if (!found) return undefined;
    return {
      organisationId: found.organisation,
      actor: { kind: 'command', id: found.command, label: found.label },
      permissions: new Set<Permission>(found.permissions.filter(isPermission)),
      requestId,
    };
  }
}
