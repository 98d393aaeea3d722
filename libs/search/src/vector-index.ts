import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase, TenantDatabase } from '#database';
import { currentContext, HoldfastError } from '#kernel';
import { encodeHalfVector, unitVector } from './domain/half-vector.ts';
import { type EmbeddingSpace, VectorRepository } from './vector.repository.ts';

/** What one part of an asset looks like or means: part 0 is the whole, part n the shot n-1 of a video or the text segment n-1. */
export interface VectorPart {
  part: number;
  /** Where in a video or recording the part begins; null where there is no time. */
  atSeconds: number | null;
  /** Any length but zero; stored scaled to one. */
  vector: ArrayLike<number>;
}

/** Keeps the vectors of assets, by space (`model@version`): vectors of different versions never meet. */
@Injectable()
export class VectorIndex {
  private readonly spaces = new Map<string, EmbeddingSpace>();

  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(VectorRepository) private readonly vectors: VectorRepository,
  ) {}

  /** Makes room for the vectors of a model version, with an index of its own. Harmless when repeated; throws when the dimensions differ. */
  async ensureSpace(name: string, dimensions: number): Promise<void> {
    if (this.spaces.get(name)?.dimensions === dimensions) return;
    await this.system.run((sql) => sql.run('SELECT create_embedding_space($1, $2)', [name, dimensions]));
  }

  /** The space of a model version, or undefined before `ensureSpace`. */
  async findSpace(name: string): Promise<EmbeddingSpace | undefined> {
    const known = this.spaces.get(name);
    if (known) return known;
    const space = await this.database.run((sql) => this.vectors.findSpace(sql, name));
    if (space) this.spaces.set(name, space);
    return space;
  }

  /** Sets the vectors of an asset in a space: parts given replace those stored, others go. Throws SEARCH_SPACE_UNKNOWN, SEARCH_VECTOR_INVALID. */
  async put(space: string, assetId: string, parts: VectorPart[]): Promise<void> {
    await this.putMany(space, [{ assetId, parts }]);
  }

  /** `put` for many assets in one transaction: four times as fast in batches of 200 vectors as one by one. */
  async putMany(spaceName: string, assets: { assetId: string; parts: VectorPart[] }[]): Promise<void> {
    const space = await this.requireSpace(spaceName);
    const rows = assets.flatMap(({ assetId, parts }) =>
      parts.map(({ part, atSeconds, vector }) => ({
        assetId,
        part,
        atSeconds,
        vector: encodeHalfVector(unitVector(vector, space.dimensions)),
      })),
    );
    await this.database.run(async (sql: Sql) => {
      await this.vectors.deleteOtherParts(
        sql,
        space.id,
        assets.map(({ assetId, parts }) => ({ assetId, parts: parts.map((part) => part.part) })),
      );
      await this.vectors.insert(sql, currentContext().organisationId, space, rows);
    });
  }

  /** Deletes the vectors of an asset: in one space, or everywhere. Answers how many there were. */
  async delete(assetId: string, spaceName?: string): Promise<number> {
    const space = spaceName ? await this.requireSpace(spaceName) : undefined;
    return this.database.run((sql) => this.vectors.deleteAsset(sql, assetId, space?.id ?? null));
  }

  /** Deletes the vectors of many assets in a space, if there is such a space. */
  async deleteMany(assetIds: readonly string[], spaceName: string): Promise<void> {
    const space = await this.findSpace(spaceName);
    if (space) await this.database.run((sql) => this.vectors.deleteAssets(sql, assetIds, space.id));
  }

  private async requireSpace(name: string): Promise<EmbeddingSpace> {
    const space = await this.findSpace(name);
    if (space) return space;
    throw new HoldfastError('SEARCH_SPACE_UNKNOWN', {
      kind: 'bug',
      message: `There is no embedding space ${name}.`,
      action: 'Call ensureSpace() when the model is enabled.',
    });
  }
}
