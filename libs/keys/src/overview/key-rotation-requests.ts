import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { Outbox } from '#queue';
import type { KeyRotationAnswer } from '../http/keys.contract.ts';
import { organisationProviderKey, subjectProviderKey } from '../keyring/domain/key-names.ts';
import { encryptionKeys } from '../keyring/encryption-key.repository.ts';
import type { KeyRotation } from '../keyring/rotation/key-rotation.repository.ts';
import { KeyVersionRotation } from '../keyring/rotation/key-version-rotation.ts';
import { ProviderKeyRotation } from '../keyring/rotation/provider-key-rotation.ts';
import { keyRotate } from '../keys.jobs.ts';
import { keyError } from '../provider/key-error.ts';
import { keyOverviews } from './key-overview.repository.ts';
import { KeyOverview } from './key-overview.ts';

/** What people ask of keys: that they get a new version. What is to be wrapped anew is wrapped by workers. */
@Injectable()
export class KeyRotationRequests {
  constructor(
    @Inject(KeyVersionRotation) private readonly keys: KeyVersionRotation,
    @Inject(ProviderKeyRotation) private readonly providerKeys: ProviderKeyRotation,
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(KeyOverview) private readonly overview: KeyOverview,
  ) {}

  /** Gives a key of the organisation a new version, or joins the rotation that runs. Throws KEYS_KEY_MISSING, KEYS_DESTROYED, KEYS_SEALED, KEYS_UNAVAILABLE. */
  async rotateKey(keyId: string): Promise<KeyRotationAnswer> {
    const known = await this.tenant.run((sql) => encryptionKeys.find(sql, keyId));
    if (!known) throw keyError('KEYS_KEY_MISSING', `The organisation has no key ${keyId}.`, { keyId });
    return this.ask(await this.keys.begin(keyId), 'key.rotation-asked', { kind: 'key', id: keyId });
  }

  /** The same for the organisation's own key. Throws KEYS_KEY_MISSING before anything was stored. */
  async rotateOrganisationKey(): Promise<KeyRotationAnswer> {
    const key = await this.tenant.run((sql) => encryptionKeys.findOwned(sql, 'organisation', null));
    if (!key) throw keyError('KEYS_KEY_MISSING', 'The organisation has no key yet: nothing has been stored.');
    return this.rotateKey(key.id);
  }

  /** The same for the key of a person. Throws KEYS_KEY_MISSING for somebody who has stored nothing. */
  async rotateKeyOfPerson(email: string): Promise<KeyRotationAnswer> {
    const keyId = await this.tenant.run((sql) => keyOverviews.findOfPerson(sql, email));
    if (!keyId) throw keyError('KEYS_KEY_MISSING', `Nobody with the address ${email} has a key: nothing was stored by them.`);
    return this.rotateKey(keyId);
  }

  /** Gives the provider's keys new versions, as happens every day by itself. Throws KEYS_SEALED, KEYS_UNAVAILABLE, KEYS_REFUSED. */
  async rotateProviderKeys(): Promise<KeyRotationAnswer[]> {
    const asked: KeyRotationAnswer[] = [];
    for (const name of [organisationProviderKey, subjectProviderKey] as const) {
      const target = { kind: 'provider-key', id: name };
      asked.push(await this.ask(await this.providerKeys.begin(name), 'provider-key.rotation-asked', target));
    }
    return asked;
  }

  private async ask(rotation: KeyRotation, action: string, target: { kind: string; id: string }): Promise<KeyRotationAnswer> {
    await this.tenant.run(async (sql) => {
      await this.audit.record(sql, { action, target, detail: { fromVersion: rotation.fromVersion } });
      await this.outbox.add(sql, keyRotate, { payload: { rotationId: rotation.id } });
    });
    return this.overview.describe(rotation);
  }
}
