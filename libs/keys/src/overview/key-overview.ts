import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { type AnswerOf, currentContext, HoldfastError, type InputOf, isId } from '#kernel';
import type { KeyRotationAnswer, listKeyHistory, listKeys, listProviderKeys } from '../http/keys.contract.ts';
import { organisationProviderKey, subjectProviderKey } from '../keyring/domain/key-names.ts';
import { KeyRetirement } from '../keyring/rotation/key-retirement.ts';
import { type KeyRotation, keyRotations } from '../keyring/rotation/key-rotation.repository.ts';
import { providerVersions } from '../keyring/rotation/provider-version.repository.ts';
import { WrappedKeyHolders } from '../keyring/rotation/wrapped-key-holders.ts';
import { KEY_PROVIDER } from '../keys.tokens.ts';
import type { KeyProvider, ProviderKeyName } from '../provider/key-provider.ts';
import { keyHistory } from './key-history.repository.ts';
import { keyOverviews, type ListedKey } from './key-overview.repository.ts';

type KeyPage = AnswerOf<typeof listKeys>;

const rotationsShown = 20;
const eventsShown = 12;
const providerKeyNames: ProviderKeyName[] = [organisationProviderKey, subjectProviderKey];

/** The keys as people look at them, for the organisation of the current context. Holds and shows no key material. */
@Injectable()
export class KeyOverview {
  constructor(
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(WrappedKeyHolders) private readonly holders: WrappedKeyHolders,
    @Inject(KeyRetirement) private readonly retirement: KeyRetirement,
    @Inject(KEY_PROVIDER) private readonly provider: KeyProvider,
  ) {}

  /** A page of keys. Throws CURSOR_INVALID. */
  async list({ cursor, limit }: InputOf<typeof listKeys>['query']): Promise<KeyPage> {
    if (cursor !== undefined && !isId(cursor)) throw cursorInvalid(cursor);
    const found = await this.tenant.run((sql) => keyOverviews.list(sql, cursor ?? null, limit + 1));
    const page = found.slice(0, limit);
    const tally = await this.holders.tally(page.map(({ id }) => id));
    const dataKeysOf = (keyId: string, version: number) =>
      tally.reduce((sum, each) => sum + (each.keyId === keyId && each.version === version ? each.count : 0), 0);
    return {
      items: page.map((key) => asKeyAnswer(key, dataKeysOf)),
      nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  /** The newest rotations, those that run first. */
  async rotations(): Promise<KeyRotationAnswer[]> {
    const { organisationId } = currentContext();
    const found = await this.system.run((sql) => keyRotations.listRecent(sql, organisationId, rotationsShown));
    return Promise.all(found.map((rotation) => this.describe(rotation)));
  }

  /** A rotation with what is left to do. */
  async describe(rotation: KeyRotation): Promise<KeyRotationAnswer> {
    const { organisationId: _, startedAt, finishedAt, ...told } = rotation;
    return {
      ...told,
      remaining: rotation.state === 'running' ? await this.remaining(rotation) : null,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }

  /** The provider's keys that wrap those of organisations. Throws KEYS_SEALED, KEYS_UNAVAILABLE. */
  async providerKeys(): Promise<AnswerOf<typeof listProviderKeys>['items']> {
    const described = providerKeyNames.map(async (name) => {
      const found = await this.provider.describe(name).catch(nothingWhereMissing);
      if (!found) return [];
      const { latestVersion, minimumVersion, versions, madeAtMs } = found;
      const madeAt = new Date(madeAtMs.at(-1) ?? 0).toISOString();
      return [{ name, latestVersion, minimumVersion, versions: versions.length, madeAt }];
    });
    return (await Promise.all(described)).flat();
  }

  /** What happened last to the key provider, the newest first: it belongs to no organisation. */
  async history(): Promise<AnswerOf<typeof listKeyHistory>['items']> {
    const found = await this.system.run((sql) => keyHistory.list(sql, eventsShown));
    return found.map(({ at, happenedAt, ...event }) => ({ ...event, at: happenedAt ?? at.toISOString() }));
  }

  private async remaining({ keyId, providerKey, fromVersion, toVersion }: KeyRotation): Promise<number> {
    if (keyId !== null) {
      const users = await this.retirement.usersOf(keyId, fromVersion);
      return Object.values(users).reduce((sum, count) => sum + count, 0);
    }
    return this.system.run((sql) => providerVersions.countWrapped(sql, providerKey ?? '', toVersion ?? fromVersion + 1));
  }
}

function asKeyAnswer(key: ListedKey, dataKeysOf: (keyId: string, version: number) => number): KeyPage['items'][number] {
  const asInstant = (text: string) => new Date(text).toISOString();
  const current = key.versions.find(({ state }) => state === 'current');
  return {
    ...key,
    madeAt: key.madeAt.toISOString(),
    destroyedAt: key.destroyedAt?.toISOString() ?? null,
    currentVersion: current?.version ?? null,
    lastRotatedAt: current && current.version > 1 ? asInstant(current.madeAt) : null,
    versions: key.versions.map((version) => ({
      ...version,
      madeAt: asInstant(version.madeAt),
      replacedAt: version.replacedAt === null ? null : asInstant(version.replacedAt),
      dataKeys: dataKeysOf(key.id, version.version),
    })),
  };
}

/** Before the first object is stored the provider has no keys. */
function nothingWhereMissing(error: unknown): undefined {
  if (!(error instanceof HoldfastError && error.code === 'KEYS_KEY_MISSING')) throw error;
}

function cursorInvalid(cursor: string): HoldfastError {
  return new HoldfastError('CURSOR_INVALID', {
    kind: 'invalid',
    message: `${cursor} is no cursor of this list.`,
    action: 'Start again without a cursor.',
  });
}
