import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { loggerFor } from '#telemetry';
import { syncFolder } from './durable-folders.adapter.ts';
import { type DisposalReason, type DisposedFile, FileDisposalRepository } from './file-disposal.repository.ts';
import { inParallel } from './in-parallel.ts';
import { objectPath } from './object-path.ts';
import { disposalGraceSeconds, type ObjectFile } from './object-rows.repository.ts';
import { TierRoots } from './tier-roots.ts';

const logger = loggerFor('objects');
const batchSize = 500;
const parallelUnlinks = 8;

/** The file of an object whose row is gone, or points elsewhere. */
export type RemovedFile = Pick<ObjectFile, 'organisationId' | 'format' | 'sha256' | 'id' | 'tier' | 'fileBytes'>;

/** Takes files away that no row points at any more. */
@Injectable()
export class FileDisposal {
  constructor(
    @Inject(FileDisposalRepository) private readonly repository: FileDisposalRepository,
    @Inject(TierRoots) private readonly tiers: TierRoots,
  ) {}

  /**
   * Notes the file of an object in the transaction that takes its row or lets it point elsewhere; it goes some time after the commit. What is erased
   * goes at the next sweep, whoever is reading it.
   */
  async note(sql: Sql, files: readonly RemovedFile[], reason: DisposalReason): Promise<void> {
    const disposed = files.map(({ organisationId, format, sha256, id, tier, fileBytes }) => {
      return { organisationId, name: format === 'plain' ? sha256 : id, tier, fileBytes };
    });
    await this.repository.note(sql, disposed, reason, reason === 'erased' ? 0 : disposalGraceSeconds);
  }

  /** Unlinks what is due; answers how many files and bytes that was. What cannot be unlinked stays noted. */
  async sweep(signal?: AbortSignal): Promise<{ files: number; bytes: number }> {
    const swept = { files: 0, bytes: 0 };
    while (!signal?.aborted) {
      const due = await this.repository.due(batchSize);
      const outcomes = await inParallel(due, parallelUnlinks, (file) => this.unlink(file));
      const unlinked = due.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      const gone = await this.makeDurable(unlinked);
      await this.repository.forget(gone);
      swept.files += gone.length;
      swept.bytes += gone.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
      if (gone.length < batchSize) break;
    }
    return swept;
  }

  /** A power cut brings back what was unlinked until its folder is synced, and once forgotten nobody would know it. Answers what is gone for good. */
  private async makeDurable(unlinked: readonly DisposedFile[]): Promise<DisposedFile[]> {
    const folders = [...new Set(unlinked.map((file) => dirname(this.pathOf(file))))];
    const outcomes = await inParallel(folders, parallelUnlinks, (folder) => syncFolder(folder).catch(ignoreAbsence));
    const synced = new Set(folders.filter((_, index) => outcomes[index]?.status === 'fulfilled'));
    return unlinked.filter((file) => synced.has(dirname(this.pathOf(file))));
  }

  private pathOf({ organisationId, name, tier }: DisposedFile): string {
    return objectPath(this.tiers.require(tier), organisationId, name);
  }

  private async unlink(file: DisposedFile): Promise<void> {
    const { tier, name } = file;
    try {
      await rm(this.pathOf(file), { force: true });
    } catch (error) {
      logger.warn({ err: error, tier, name }, 'A file that is of no use any more could not be removed; it is tried again');
      throw error;
    }
  }
}

/** A folder that was never made has nothing to bring back. */
function ignoreAbsence(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'ENOENT') throw cause;
}
