import type { AuditTrail } from '#audit';
import type { SystemDatabase, TenantDatabase } from '#database';
import { type Clock, currentContext, newId, systemClock } from '#kernel';
import type { KeyProvider, ProviderKeyName } from '../../provider/key-provider.ts';
import { type Canonical, canonicalJson } from '../domain/canonical-json.ts';
import { erasureSigningKey } from '../domain/key-names.ts';
import { hashOfLine, readTombstone } from '../domain/tombstone.ts';
import type { KeyReadiness } from '../key-readiness.ts';
import { keyringError } from '../keyring-error.ts';
import type { WrappedKeyHolders } from '../rotation/wrapped-key-holders.ts';
import { tombstones } from '../tombstone.repository.ts';
import { certificates } from './certificate.repository.ts';

const dayMs = 86_400_000;
/** The layer around a key is a day old at most when the key goes, and upkeep may come a day late. */
const rotationDays = 2;

/** A certificate as it is handed out: canonical JSON of what is said is what was signed (Ed25519, base64). */
export interface ErasureCertificate {
  certificate: { [name: string]: Canonical };
  publicKey: string;
  signature: string;
}

/** What certificates need. */
export interface CertificateParts {
  provider: KeyProvider;
  system: SystemDatabase;
  tenant: TenantDatabase;
  audit: AuditTrail;
  readiness: KeyReadiness;
  holders: WrappedKeyHolders;
  backupWindowDays: number;
  clock?: Clock;
}

/** Signed statements that a key was destroyed, to be verified by anybody who has the public key: scripts/recovery/verify_certificate.py. */
export class ErasureCertificates {
  readonly #parts: CertificateParts;
  readonly #clock: Clock;

  constructor(parts: CertificateParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** The certificate for a key of the current organisation; made once. Throws KEYS_NOT_ERASED unless all of it is gone from the database. */
  async ofKey(keyId: string): Promise<ErasureCertificate> {
    const { system, tenant, readiness } = this.#parts;
    await readiness.requireReady();
    const { organisationId } = currentContext();
    const [row, alive] = await system.run(async (sql) => [
      await tombstones.findByKey(sql, organisationId, keyId),
      await tombstones.countAlive(sql, organisationId, keyId),
    ]);
    if (!row || alive > 0)
      throw keyringError('KEYS_NOT_ERASED', `The key ${keyId} is not destroyed.`, { keyId, versions: alive });
    const made = await tenant.run((sql) => certificates.find(sql, row.sequence));
    return (made ? JSON.parse(made) : await this.#issue(row.line)) as ErasureCertificate;
  }

  /**
   * The certificate for objects of the current organisation whose data keys were destroyed by themselves, by the numbers of their tombstones; made once. Of what
   * an old backup holds it says nothing: the key above theirs lives. Throws KEYS_NOT_ERASED where any of them is still there.
   */
  async ofObjects(sequences: readonly number[]): Promise<ErasureCertificate> {
    const { system, tenant, readiness, holders } = this.#parts;
    await readiness.requireReady();
    const { organisationId } = currentContext();
    const rows = await system.run((sql) => tombstones.find(sql, organisationId, sequences));
    const [first] = rows;
    const made = first && (await tenant.run((sql) => certificates.find(sql, first.sequence)));
    if (made) return JSON.parse(made) as ErasureCertificate;
    const written = rows.map(({ line }) => readTombstone(line));
    const objectIds = written.flatMap((tombstone) => tombstone.objectIds);
    const left = await holders.holding(objectIds);
    if (!first || rows.length < sequences.length || left > 0)
      throw keyringError('KEYS_NOT_ERASED', `${left} of ${objectIds.length} objects are not erased.`, { sequences, left });
    return this.#sign(first.sequence, {
      format: 'holdfast-erasure-certificate-1',
      organisationId,
      keyId: null,
      keyKind: null,
      objects: objectIds.length,
      destroyedAt:
        written
          .map(({ at }) => at)
          .sort()
          .at(-1) ?? '',
      backupsUnreadableAt: null,
      tombstones: rows.map(({ sequence, line }) => ({ sequence, sha256: hashOfLine(line) })),
    });
  }

  /** The raw public key (base64) that certificates and tombstones are verified with. */
  async publicKey(): Promise<string> {
    const { provider } = this.#parts;
    await provider.ensureKey(erasureSigningKey as ProviderKeyName);
    const { publicKey } = await provider.sign(erasureSigningKey as ProviderKeyName, Buffer.from('holdfast/public-key/v1'));
    return publicKey.toString('base64');
  }

  async #issue(line: string): Promise<ErasureCertificate> {
    const { organisationId, sequence, keyId, keyKind, at } = readTombstone(line);
    const unreadableAt = new Date(Date.parse(at) + (this.#parts.backupWindowDays + rotationDays) * dayMs);
    return this.#sign(sequence, {
      format: 'holdfast-erasure-certificate-1',
      organisationId,
      keyId,
      keyKind,
      destroyedAt: at,
      backupsUnreadableAt: unreadableAt.toISOString(),
      tombstone: { sequence, sha256: hashOfLine(line) },
    });
  }

  /** Signs and keeps a certificate; one that somebody else made meanwhile is answered instead. */
  async #sign(sequence: number, said: { [name: string]: Canonical }): Promise<ErasureCertificate> {
    const { provider, tenant, audit } = this.#parts;
    const { organisationId } = currentContext();
    const certificate = { ...said, id: newId(), issuedAt: this.#clock.now().toISOString() };
    const message = Buffer.from(canonicalJson(certificate));
    const { signature, publicKey } = await provider.sign(erasureSigningKey as ProviderKeyName, message);
    const document = { certificate, publicKey: publicKey.toString('base64'), signature: signature.toString('base64') };
    return tenant.run(async (sql) => {
      const kept = await certificates.add(sql, { organisationId, id: certificate.id, sequence }, JSON.stringify(document));
      if (kept.isNew)
        await audit.record(sql, {
          action: 'erasure.certified',
          target: { kind: 'tombstone', id: String(sequence) },
          detail: { ...document },
        });
      return JSON.parse(kept.document) as ErasureCertificate;
    });
  }
}
