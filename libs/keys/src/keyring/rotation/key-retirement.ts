import type { AuditTrail } from '#audit';
import type { TenantDatabase } from '#database';
import { type Clock, systemClock } from '#kernel';
import { keyringError } from '../keyring-error.ts';
import { keyVersions } from './key-version.repository.ts';
import type { WrappedKeyHolders } from './wrapped-key-holders.ts';

/**
 * Hours for which a version that was replaced is kept although nothing uses it: longer than any work takes from making a data key to writing it
 * down (`objects.orphanHours`).
 */
export const retireAfterHours = 48;
const hourMs = 3_600_000;

/** Takes versions away that a newer one has replaced, once nothing is wrapped by them. Works for the organisation of the current context. */
export class KeyRetirement {
  constructor(
    private readonly tenant: TenantDatabase,
    private readonly holders: WrappedKeyHolders,
    private readonly audit: AuditTrail,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Who uses a version: counts by the name of the holder, and `keys` for those below an organisation's. */
  async usersOf(keyId: string, version: number): Promise<Record<string, number>> {
    const users = await this.holders.usersOf(keyId, version);
    const keys = await this.tenant.run(async (sql) => {
      const found = await keyVersions.findState(sql, keyId, version);
      return found?.kind === 'organisation' ? keyVersions.countChildren(sql, version) : 0;
    });
    return keys > 0 ? { ...users, keys } : users;
  }

  /** Destroys a version. Throws KEYS_VERSION_IN_USE, with who uses it and how often, or with the time from which it may go; KEYS_HOLDER_MISSING. */
  async retire(keyId: string, version: number): Promise<void> {
    const found = await this.tenant.run((sql) => keyVersions.findState(sql, keyId, version));
    if (!found) throw keyringError('KEYS_KEY_UNKNOWN', `There is no version ${version} of a key ${keyId}.`, { keyId, version });
    if (found.state === 'retired') return;
    await this.#requireAllHolders();
    const users = await this.usersOf(keyId, version);
    const count = Object.values(users).reduce((sum, each) => sum + each, 0);
    if (count > 0 || found.state === 'current')
      throw keyringError(
        'KEYS_VERSION_IN_USE',
        `Version ${version} of the key ${keyId} is ${found.state} and wraps ${count} keys.`,
        { count, users },
      );
    const mayGoAt = new Date((found.supersededAt?.getTime() ?? 0) + retireAfterHours * hourMs);
    if (mayGoAt > this.clock.now())
      throw keyringError(
        'KEYS_VERSION_IN_USE',
        `Work that began before version ${version} of the key ${keyId} was replaced may need it until ${mayGoAt.toISOString()}.`,
        { count: 0, users, mayGoAt },
      );
    await this.tenant.run(async (sql) => {
      await keyVersions.retire(sql, keyId, version);
      const target = { kind: 'key', id: keyId };
      await this.audit.record(sql, { action: 'key.version-retired', target, detail: { version } });
    });
  }

  /** A process that lacks a library which holds data keys would find too little in use. */
  async #requireAllHolders(): Promise<void> {
    const tables = await this.tenant.run((sql) => keyVersions.listHolding(sql));
    const known = new Set(this.holders.all().map(({ name }) => name));
    const missing = tables.filter((table) => !known.has(table));
    if (missing.length > 0)
      throw keyringError('KEYS_HOLDER_MISSING', `In this process nobody speaks for the data keys in ${missing.join(', ')}.`, {
        missing,
      });
  }
}
