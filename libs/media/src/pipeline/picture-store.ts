import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { ObjectStore } from '#storage';
import { type RenditionKind, RenditionRepository, type StoredRendition } from './rendition.repository.ts';

/** A rendition still in memory, and what it is to be. */
export interface MadeRendition {
  kind: RenditionKind;
  position: number;
  bytes: Uint8Array;
  mediaType: string;
  width: number | null;
  height: number | null;
  detail?: Record<string, unknown>;
}

/** Keeps renditions: first their bytes, durably, then the rows that name them. */
@Injectable()
export class PictureStore {
  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(RenditionRepository) private readonly renditions: RenditionRepository,
  ) {}

  /** Stores the bytes of what was made of an original. Killed in between, nothing of it is visible. */
  put(original: string, made: readonly MadeRendition[]): Promise<StoredRendition[]> {
    return Promise.all(
      made.map(async ({ bytes, detail, ...rendition }) => ({
        ...rendition,
        ...(await this.objects.put(bytes, { class: 'rendition', beside: original })),
        detail: detail ?? {},
      })),
    );
  }

  /** Takes over a file that a job made of an original. */
  async take(original: string, file: string, made: Omit<MadeRendition, 'bytes'>): Promise<StoredRendition> {
    const content = createReadStream(file, { highWaterMark: 1_048_576 });
    const stored = await this.objects.put(content, { class: 'rendition', beside: original });
    await rm(file, { force: true });
    return { ...made, ...stored, detail: made.detail ?? {} };
  }

  /** Makes these the renditions of the asset of the named kinds, in the running transaction. */
  async replace(sql: Sql, assetId: string, kinds: readonly RenditionKind[], renditions: StoredRendition[]): Promise<void> {
    await this.renditions.replace(sql, assetId, kinds, renditions);
  }

  /** A rendition of an asset, or undefined where there is none. */
  find(assetId: string, kind: RenditionKind, position = 0): Promise<StoredRendition | undefined> {
    return this.database.run((sql) => this.renditions.find(sql, assetId, kind, position));
  }
}
