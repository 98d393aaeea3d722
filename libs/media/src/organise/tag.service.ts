import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { type Sql, TenantDatabase } from '#database';
import { HoldfastError, type InputOf } from '#kernel';
import { AssetChanges } from '../assets/asset-changes.ts';
import { normalTag, tagName } from '../domain/normal-tag.ts';
import type { tagAssets } from '../http/organise.contract.ts';
import { TagRepository, type TagRow } from './tag.repository.ts';

type Action = InputOf<typeof tagAssets>['body']['action'];

/** Tags: one per normal form, whoever writes it how. */
@Injectable()
export class TagService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(TagRepository) private readonly repository: TagRepository,
    @Inject(AssetChanges) private readonly changes: AssetChanges,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  list(text = ''): Promise<TagRow[]> {
    requireAccess('tag.read');
    return this.database.run((sql) => this.repository.list(sql, normalTag(text)));
  }

  /** Makes a tag, or answers the one of this name. Throws TAG_NAME_EMPTY. */
  create(typed: string): Promise<TagRow> {
    requireAccess('tag.update');
    const { name, normalName } = namesOf(typed);
    return this.database.run(async (sql) => {
      const id = await this.repository.add(sql, name, normalName);
      if (id) await this.audit.record(sql, { action: 'tag.created', target: { kind: 'tag', id }, detail: { name } });
      const tag = await this.repository.findByName(sql, normalName);
      if (!tag) throw tagNotFound(normalName);
      return tag;
    });
  }

  /** Throws TAG_NOT_FOUND, TAG_NAME_EMPTY or TAG_NAME_TAKEN. */
  rename(id: string, typed: string): Promise<TagRow> {
    requireAccess('tag.update');
    const { name, normalName } = namesOf(typed);
    return this.database.run(async (sql) => {
      const before = await this.require(sql, id);
      const other = await this.repository.findByName(sql, normalName);
      if (other && other.id !== id) throw nameTaken(other);
      if (before.name === name) return before;
      await this.repository.rename(sql, id, name, normalName);
      await this.changes.touch(sql, await this.repository.taggedAssets(sql, id));
      await this.audit.record(sql, {
        action: 'tag.renamed',
        target: { kind: 'tag', id },
        detail: { from: before.name, to: name },
      });
      return { ...before, name };
    });
  }

  /** Throws TAG_NOT_FOUND. */
  remove(id: string): Promise<void> {
    requireAccess('tag.update');
    return this.database.run(async (sql) => {
      const { name } = await this.require(sql, id);
      const assets = await this.repository.taggedAssets(sql, id);
      await this.repository.remove(sql, id);
      await this.changes.touch(sql, assets);
      await this.audit.record(sql, {
        action: 'tag.deleted',
        target: { kind: 'tag', id },
        detail: { name, assets: assets.length },
      });
    });
  }

  /** Confirms, rejects or removes a tag on assets; answers on how many that changed something. Throws TAG_NOT_FOUND. */
  judge(id: string, assetIds: string[], action: Action): Promise<number> {
    requireAccess('tag.update');
    return this.database.run(async (sql) => {
      const { name } = await this.require(sql, id);
      const changed =
        action === 'remove'
          ? await this.repository.detach(sql, id, assetIds)
          : await this.repository.judge(sql, id, assetIds, action === 'confirm' ? 'confirmed' : 'rejected');
      if (changed.length === 0) return 0;
      await this.changes.touch(sql, changed);
      await this.audit.record(sql, {
        action: `tag.${{ confirm: 'confirmed', reject: 'rejected', remove: 'removed' }[action]}`,
        target: { kind: 'tag', id },
        detail: { name, assetIds: changed },
      });
      return changed.length;
    });
  }

  private async require(sql: Sql, id: string): Promise<TagRow> {
    const tag = await this.repository.find(sql, id);
    if (!tag) throw tagNotFound(id);
    return tag;
  }
}

function namesOf(typed: string): { name: string; normalName: string } {
  const name = tagName(typed);
  const normalName = normalTag(typed);
  if (name !== '' && normalName !== '') return { name, normalName };
  throw new HoldfastError('TAG_NAME_EMPTY', {
    kind: 'invalid',
    message: 'Of this name nothing visible is left.',
    action: 'Use letters, digits or symbols.',
  });
}

function tagNotFound(id: string): HoldfastError {
  return new HoldfastError('TAG_NOT_FOUND', { kind: 'not-found', message: `There is no tag ${id}.` });
}

function nameTaken({ id, name }: TagRow): HoldfastError {
  return new HoldfastError('TAG_NAME_TAKEN', {
    kind: 'conflict',
    message: `There is a tag ${name} already.`,
    action: 'Put its assets under that one, or choose another name.',
    values: { id, name },
  });
}
