import type { AuditTrail } from '#audit';
import type { Sql, SystemDatabase } from '#database';
import { type Clock, HoldfastError, systemClock } from '#kernel';
import type { KeyProvider, ProviderCiphertext, ProviderKeyName } from '../../provider/key-provider.ts';
import { asProviderRequest, providerRequestId } from '../../provider/provider-request.ts';
import { providerContext } from '../domain/key-names.ts';
import { keeper } from '../keeper-context.ts';
import type { KeyReadiness } from '../key-readiness.ts';
import { keyringError } from '../keyring-error.ts';
import { type KeyRotation, keyRotations } from './key-rotation.repository.ts';
import { type Cursor, type ProviderWrapped, providerVersions } from './provider-version.repository.ts';

const batchSize = 200;
const dayMs = 86_400_000;
/** What says that one key of a batch cannot be opened, rather than that none can now. */
const damage = new Set(['KEYS_CIPHERTEXT_INVALID', 'KEYS_VERSION_DESTROYED']);

interface Rewrapped extends ProviderCiphertext {
  former: ProviderWrapped;
}

/** What the rotation of provider keys needs. */
export interface ProviderRotationParts {
  provider: KeyProvider;
  system: SystemDatabase;
  audit: AuditTrail;
  readiness: KeyReadiness;
  /** Days for which backups need the versions that they were made under. */
  backupWindowDays: number;
  clock?: Clock;
}

/** New versions of the provider's keys: wraps anew what the old ones wrap, and destroys those once no backup needs them. May be killed at any instant and goes on. */
export class ProviderKeyRotation {
  readonly #parts: ProviderRotationParts;
  readonly #clock: Clock;
  readonly #windowMs: number;

  constructor(parts: ProviderRotationParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#windowMs = parts.backupWindowDays * dayMs;
  }

  /** Has the provider make a new version and wraps everything anew under it; joins a rotation that was interrupted. */
  rotate(name: ProviderKeyName): Promise<KeyRotation> {
    return asProviderRequest(async () => this.resume(await this.begin(name)));
  }

  /** Writes down that a key is to get a new version; answers the rotation that runs, to be resumed. */
  async begin(name: ProviderKeyName): Promise<KeyRotation> {
    const { provider, system, readiness } = this.#parts;
    await readiness.requireReady();
    await provider.ensureKey(name);
    const { latestVersion } = await provider.describe(name);
    return system.run((sql) => keyRotations.beginProvider(sql, name, latestVersion));
  }

  /** Goes on with a rotation to its end. */
  resume(rotation: KeyRotation): Promise<KeyRotation> {
    return asProviderRequest(async () => (rotation.state === 'done' ? rotation : this.#finish(rotation)));
  }

  async #finish(rotation: KeyRotation): Promise<KeyRotation> {
    const { system, audit } = this.#parts;
    const name = rotation.providerKey as ProviderKeyName;
    const target = rotation.toVersion ?? (await this.#makeVersion(rotation, name));
    const failed = await this.#rewrapBelow(name, target, (sql, count) => keyRotations.progress(sql, rotation.id, count));
    return system.run(async (sql) => {
      const done = await keyRotations.finish(sql, rotation.id, failed);
      const detail = { version: target, rewrapped: done.rewrapped, failed };
      await this.#record(audit, sql, 'provider-key.rotated', name, detail);
      return done;
    });
  }

  /** Wraps anew what an older version than the latest still wraps, as after a restore. Answers how much could not be opened. */
  async catchUp(name: ProviderKeyName): Promise<number> {
    const { latestVersion } = await this.#parts.provider.describe(name);
    return this.#rewrapBelow(name, latestVersion, async () => {});
  }

  /**
   * Destroys all versions below the given one, for good. Throws KEYS_VERSION_IN_USE, with the count of keys that they wrap, or with the time until which backups need them.
   */
  destroyBelow(name: ProviderKeyName, version: number): Promise<void> {
    return asProviderRequest(() => this.#destroyBelow(name, version));
  }

  async #destroyBelow(name: ProviderKeyName, version: number): Promise<void> {
    const { provider, system, audit } = this.#parts;
    const users = await system.run((sql) => providerVersions.countWrapped(sql, name, version));
    if (users > 0)
      throw keyringError('KEYS_VERSION_IN_USE', `${users} keys are wrapped by versions of ${name} below ${version}.`, {
        users,
      });
    const { versions, madeAtMs } = await provider.describe(name);
    const replacedAtMs = madeAtMs[versions.indexOf(version)] ?? this.#clock.now().getTime();
    const neededUntil = new Date(replacedAtMs + this.#windowMs);
    if (neededUntil > this.#clock.now())
      throw keyringError(
        'KEYS_VERSION_IN_USE',
        `Backups need the versions of ${name} below ${version} until ${neededUntil.toISOString()}.`,
        { users: 0, neededUntil },
      );
    await provider.setMinimumVersion(name, version);
    await system.run((sql) => this.#record(audit, sql, 'provider-key.versions-destroyed', name, { below: version }));
  }

  /**
   * Since when the latest version is the latest; null where there is no such key yet. A key that wraps nothing any more counts too: what it
   * wrapped once lies in backups.
   */
  async latestSince(name: ProviderKeyName): Promise<Date | null> {
    try {
      const { madeAtMs } = await this.#parts.provider.describe(name);
      return new Date(madeAtMs.at(-1) ?? 0);
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'KEYS_KEY_MISSING') return null;
      throw error;
    }
  }

  /** Destroys what no backup needs any more. Answers the version below which all are gone, or null where nothing was due. */
  async trim(name: ProviderKeyName): Promise<number | null> {
    const until = this.#clock.now().getTime() - this.#windowMs;
    const { versions, madeAtMs } = await this.#parts.provider.describe(name);
    const oldestNeeded = madeAtMs.findLastIndex((madeAt) => madeAt <= until);
    if (oldestNeeded <= 0) return null;
    const below = versions[oldestNeeded] as number;
    await this.destroyBelow(name, below);
    return below;
  }

  /** A crash between the provider's new version and the row that names it must not make two. */
  async #makeVersion(rotation: KeyRotation, name: ProviderKeyName): Promise<number> {
    const { provider, system } = this.#parts;
    const { latestVersion } = await provider.describe(name);
    const target = latestVersion > rotation.fromVersion ? latestVersion : await provider.rotate(name);
    await system.run((sql) => keyRotations.setTarget(sql, rotation.id, target));
    return target;
  }

  async #rewrapBelow(
    name: ProviderKeyName,
    version: number,
    onProgress: (sql: Sql, count: number) => Promise<void>,
  ): Promise<number> {
    const { system } = this.#parts;
    let failed = 0;
    for (let after: Cursor | undefined; ; ) {
      const batch = await system.run((sql) => providerVersions.nextWrapped(sql, name, version, batchSize, after));
      after = batch.at(-1);
      if (!after) return failed;
      const rewrapped = await this.#rewrapBatch(name, batch);
      failed += batch.length - rewrapped.length;
      await system.run(async (sql) => {
        let replaced = 0;
        for (const { former, ciphertext, version: made } of rewrapped)
          replaced += Number(await providerVersions.replace(sql, former, ciphertext, made));
        await onProgress(sql, replaced);
      });
    }
  }

  /** A provider wraps all of a batch or nothing: where one of it is damaged, each is tried by itself. */
  async #rewrapBatch(name: ProviderKeyName, batch: ProviderWrapped[]): Promise<Rewrapped[]> {
    const items = batch.map((former) => ({ ciphertext: former.wrapped, associatedData: providerContext(former) }));
    try {
      const made = await this.#parts.provider.rewrap(name, items);
      return made.map((wrapped, index) => ({ former: batch[index] as ProviderWrapped, ...wrapped }));
    } catch (error) {
      if (!(error instanceof HoldfastError && damage.has(error.code))) throw error;
      if (batch.length === 1) return [];
      const each: Rewrapped[] = [];
      for (const former of batch) each.push(...(await this.#rewrapBatch(name, [former])));
      return each;
    }
  }

  #record(audit: AuditTrail, sql: Sql, action: string, name: string, detail: Record<string, unknown>): Promise<void> {
    const target = { kind: 'provider-key', id: name };
    return audit.recordSystem(sql, {
      organisationId: null,
      actor: keeper,
      requestId: providerRequestId(),
      action,
      target,
      detail,
    });
  }
}
