import type { SystemDatabase } from '#database';
import { type Clock, HoldfastError, systemClock } from '#kernel';
import { loggerFor } from '#telemetry';
import type { ProviderKeyName } from '../../provider/key-provider.ts';
import { organisationProviderKey, subjectProviderKey } from '../domain/key-names.ts';
import type { KeyErasure } from '../erasure/key-erasure.ts';
import { asKeeper } from '../keeper-context.ts';
import { type KeyRetirement, retireAfterHours } from './key-retirement.ts';
import { keyRotations } from './key-rotation.repository.ts';
import { keyVersions } from './key-version.repository.ts';
import type { KeyVersionRotation } from './key-version-rotation.ts';
import type { ProviderKeyRotation } from './provider-key-rotation.ts';

const logger = loggerFor('keys');
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What the upkeep of keys needs. */
export interface UpkeepParts {
  system: SystemDatabase;
  providerKeys: ProviderKeyRotation;
  keys: KeyVersionRotation;
  retirement: KeyRetirement;
  erasure: KeyErasure;
  clock?: Clock;
}

/** What one round of upkeep did. */
export interface UpkeepReport {
  /** Applied, because a crash or a restore had left them to do. */
  tombstones: number;
  resumed: number;
  /** Names of provider keys that got their daily version. */
  rotated: string[];
  /** Names of provider keys of which old versions were destroyed. */
  trimmed: string[];
  retired: number;
  /** What went wrong, one sentence each; the next round tries again. */
  problems: string[];
}

/**
 * What keys need done regularly: rotations that were interrupted go on, the provider's keys get a new version every day, and versions go that nothing
 * needs any more. Several at once do no harm.
 */
export class KeyUpkeep {
  readonly #parts: UpkeepParts;
  readonly #clock: Clock;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** One round. Never throws: what goes wrong is logged and told. */
  async run(): Promise<UpkeepReport> {
    const report: UpkeepReport = { tombstones: 0, resumed: 0, rotated: [], trimmed: [], retired: 0, problems: [] };
    const attempt = async (what: string, work: () => Promise<void>) => {
      await work().catch((error: Error) => {
        logger.warn({ err: error }, `${what} failed; the next round tries again`);
        report.problems.push(`${what}: ${error.message}`);
      });
    };
    await attempt('Applying tombstones', async () => {
      report.tombstones = await this.#parts.erasure.applyTombstones();
    });
    await attempt('Going on with rotations', () => this.#resume(report));
    for (const name of [subjectProviderKey, organisationProviderKey] as const) {
      await attempt(`The daily rotation of ${name}`, () => this.#rotateDaily(name, report));
      await attempt(`Trimming ${name}`, () => this.#trim(name, report));
    }
    await attempt('Retiring old versions', () => this.#retire(report));
    return report;
  }

  async #resume(report: UpkeepReport): Promise<void> {
    const { system, providerKeys, keys } = this.#parts;
    for (const rotation of await system.run((sql) => keyRotations.listRunning(sql))) {
      const { organisationId } = rotation;
      if (organisationId === null) await providerKeys.resume(rotation);
      else await asKeeper(organisationId, () => keys.resume(rotation));
      report.resumed += 1;
    }
  }

  async #rotateDaily(name: ProviderKeyName, report: UpkeepReport): Promise<void> {
    const { providerKeys } = this.#parts;
    const since = await providerKeys.latestSince(name);
    if (since === null || this.#clock.now().getTime() - since.getTime() < dayMs) return;
    await providerKeys.rotate(name);
    report.rotated.push(name);
  }

  async #trim(name: ProviderKeyName, report: UpkeepReport): Promise<void> {
    const { providerKeys } = this.#parts;
    if ((await providerKeys.latestSince(name)) === null) return;
    await providerKeys.catchUp(name);
    if ((await providerKeys.trim(name)) !== null) report.trimmed.push(name);
  }

  async #retire(report: UpkeepReport): Promise<void> {
    const { system, keys, retirement } = this.#parts;
    const before = new Date(this.#clock.now().getTime() - retireAfterHours * hourMs);
    for (const { organisationId, keyId, version } of await system.run((sql) => keyVersions.listOld(sql, before)))
      await asKeeper(organisationId, async () => {
        await keys.catchUp(keyId, version);
        await retirement.retire(keyId, version);
        report.retired += 1;
      }).catch((error) => {
        if (!(error instanceof HoldfastError && error.code === 'KEYS_VERSION_IN_USE')) throw error;
      });
  }
}
