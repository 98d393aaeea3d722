import type { AuditTrail } from '#audit';
import type { TenantDatabase } from '#database';
import { currentContext, HoldfastError } from '#kernel';
import { dataKeyContext, type KeyVersionName } from '../domain/key-names.ts';
import { newKey, unwrapKey, wrapKey } from '../domain/key-wrap.ts';
import { encryptionKeys } from '../encryption-key.repository.ts';
import type { KeyHierarchy } from '../key-hierarchy.ts';
import type { KeyReadiness } from '../key-readiness.ts';
import { keyringError } from '../keyring-error.ts';
import { type KeyRotation, keyRotations } from './key-rotation.repository.ts';
import { keyVersions } from './key-version.repository.ts';
import type { HeldDataKey, RewrappedDataKey, WrappedKeyHolder, WrappedKeyHolders } from './wrapped-key-holders.ts';

const batchSize = 200;

/** What the rotation of an organisation's keys needs. */
export interface VersionRotationParts {
  hierarchy: KeyHierarchy;
  tenant: TenantDatabase;
  holders: WrappedKeyHolders;
  audit: AuditTrail;
  readiness: KeyReadiness;
}

/**
 * New versions of an organisation's keys: wraps anew what the old version wraps. Only keys are wrapped anew, no object is read. May be killed at any instant and goes on. Works for the
 * organisation of the current context.
 */
export class KeyVersionRotation {
  readonly #parts: VersionRotationParts;

  constructor(parts: VersionRotationParts) {
    this.#parts = parts;
  }

  /** Makes a new version, which wraps whatever is new from now on, and wraps the old one's keys anew; joins a rotation that was interrupted. */
  async rotate(keyId: string): Promise<KeyRotation> {
    return this.resume(await this.begin(keyId));
  }

  /** Makes a new version, which wraps whatever is new from now on; answers the rotation that runs, to be resumed. */
  async begin(keyId: string): Promise<KeyRotation> {
    const { hierarchy, tenant, readiness } = this.#parts;
    await readiness.requireReady();
    const running = await tenant.run((sql) => keyRotations.findRunning(sql, keyId));
    return running ?? this.#begin(await hierarchy.currentOfKey(keyId));
  }

  /** Goes on with a rotation to its end. */
  async resume(rotation: KeyRotation): Promise<KeyRotation> {
    const { tenant, audit } = this.#parts;
    const { keyId, fromVersion, toVersion } = rotation;
    if (rotation.state === 'done' || keyId === null || toVersion === null) return rotation;
    const failed = await this.#rewrap(keyId, fromVersion, (count) =>
      tenant.run((sql) => keyRotations.progress(sql, rotation.id, count)),
    );
    return tenant.run(async (sql) => {
      const done = await keyRotations.finish(sql, rotation.id, failed);
      const detail = { version: toVersion, rewrapped: done.rewrapped, failed };
      await audit.record(sql, { action: 'key.rotated', target: { kind: 'key', id: keyId }, detail });
      return done;
    });
  }

  /** Wraps anew what an old version wraps although its rotation is over: work that was under way then. Answers how much could not be opened. */
  async catchUp(keyId: string, version: number): Promise<number> {
    return this.#rewrap(keyId, version, async () => {});
  }

  async #rewrap(keyId: string, version: number, onProgress: (count: number) => Promise<void>): Promise<number> {
    const from = { organisationId: currentContext().organisationId, keyId, version };
    let failed = 0;
    for (const holder of this.#parts.holders.all()) failed += await this.#rewrapDataKeys(holder, from, onProgress);
    const key = await this.#parts.tenant.run((sql) => encryptionKeys.find(sql, keyId));
    return key?.kind === 'organisation' ? failed + (await this.#rewrapChildren(version, onProgress)) : failed;
  }

  /** The new version and the row that says what is left to do, in one step. */
  async #begin(former: KeyVersionName): Promise<KeyRotation> {
    const { hierarchy, tenant } = this.#parts;
    const { organisationId, keyId, version: fromVersion } = former;
    const toVersion = fromVersion + 1;
    const found = await tenant.run((sql) => encryptionKeys.find(sql, keyId));
    if (!found) throw keyringError('KEYS_KEY_UNKNOWN', `The organisation has no key ${keyId}.`, { keyId });
    const key = newKey();
    const wrapped = await hierarchy.wrap(found.kind, { organisationId, keyId, version: toVersion }, key);
    key.fill(0);
    const begun = await tenant.run(async (sql) => {
      await encryptionKeys.lock(sql, keyId);
      const running = await keyRotations.findRunning(sql, keyId);
      if (running) return running;
      const { version } = await hierarchy.currentOfKey(keyId);
      if (version !== fromVersion)
        throw keyringError('KEYS_VERSION_IN_USE', `The key ${keyId} was rotated by somebody else just now.`, { version });
      await encryptionKeys.addVersion(sql, { organisationId, keyId, version: toVersion }, wrapped);
      return keyRotations.beginKey(sql, { organisationId, keyId, fromVersion, toVersion });
    });
    hierarchy.forgetCurrent();
    return begun;
  }

  async #rewrapDataKeys(
    holder: WrappedKeyHolder,
    from: KeyVersionName,
    onProgress: (count: number) => Promise<void>,
  ): Promise<number> {
    let failed = 0;
    for (let after: string | null = null; ; ) {
      const batch: HeldDataKey[] = await holder.next(from.keyId, from.version, batchSize, after);
      const last = batch.at(-1);
      if (!last) return failed;
      after = last.objectId;
      const to = await this.#parts.hierarchy.currentOfKey(from.keyId);
      const rewrapped = await this.#rewrapAll(batch, from, to);
      failed += batch.length - rewrapped.length;
      await onProgress(await holder.replace(rewrapped));
    }
  }

  async #rewrapAll(batch: HeldDataKey[], from: KeyVersionName, to: KeyVersionName): Promise<RewrappedDataKey[]> {
    const { hierarchy } = this.#parts;
    const rewrapped: RewrappedDataKey[] = [];
    for (const { objectId, wrapped } of batch) {
      const wrappedAnew = await unlessDamaged(async () => {
        const dataKey = await hierarchy.use(from, (key) => unwrapKey(key, wrapped.wrapped, dataKeyContext(from, objectId)));
        try {
          return await hierarchy.use(to, (key) => wrapKey(key, dataKey, dataKeyContext(to, objectId)));
        } finally {
          dataKey.fill(0);
        }
      });
      if (wrappedAnew)
        rewrapped.push({ objectId, from: wrapped, to: { keyId: to.keyId, keyVersion: to.version, wrapped: wrappedAnew } });
    }
    return rewrapped;
  }

  async #rewrapChildren(parentVersion: number, onProgress: (count: number) => Promise<void>): Promise<number> {
    const { hierarchy, tenant } = this.#parts;
    const { organisationId } = currentContext();
    let failed = 0;
    for (let after: { keyId: string; version: number } | undefined; ; ) {
      const batch = await tenant.run((sql) => keyVersions.nextChildren(sql, parentVersion, batchSize, after));
      after = batch.at(-1);
      if (!after) return failed;
      let replaced = 0;
      for (const child of batch) {
        const name = { organisationId, keyId: child.keyId, version: child.version };
        const wrapped = await unlessDamaged(async () => {
          const key = await hierarchy.unwrap(name, child);
          return hierarchy.wrap(child.kind, name, key).finally(() => key.fill(0));
        });
        if (wrapped) replaced += Number(await tenant.run((sql) => keyVersions.replace(sql, child, wrapped)));
        else failed += 1;
      }
      await onProgress(replaced);
    }
  }
}

/** What the work answers, or undefined where what it was to open is damaged. */
async function unlessDamaged<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'KEYS_CIPHERTEXT_INVALID') return undefined;
    throw error;
  }
}
