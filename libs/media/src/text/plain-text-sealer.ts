import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { asHoldfastError } from '#kernel';
import { loggerFor } from '#telemetry';
import { SealingFromBefore } from '../objects/sealing-from-before.ts';
import { AssetTexts } from './asset-texts.ts';
import type { TextPlace } from './domain/text-parts.ts';
import { PlainTextRepository } from './plain-text.repository.ts';
import { SealedTextRepository } from './sealed-text.repository.ts';
import { keysAreAway } from './text-errors.ts';

const logger = loggerFor('texts');
const batchSize = 100;

/**
 * Seals what was read and said in assets before texts were sealed: once, in the background, in worker processes. Killed in between, it goes on with the rest at the next start; several at once
 * do no harm.
 */
@Injectable()
export class PlainTextSealer extends SealingFromBefore {
  protected readonly subject = 'texts';

  constructor(
    @Inject(SystemDatabase) protected readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PlainTextRepository) private readonly plain: PlainTextRepository,
    @Inject(SealedTextRepository) private readonly repository: SealedTextRepository,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
  ) {
    super();
  }

  protected async sealOrganisation(): Promise<number> {
    let sealed = 0;
    for (let after: TextPlace | undefined; ; ) {
      const batch = await this.database.run((sql) => this.plain.next(sql, after, batchSize));
      for (const place of batch) {
        if (this.stopping.signal.aborted) return sealed;
        if (await this.sealOne(place)) sealed += 1;
      }
      if (batch.length > 0) logger.info({ sealed }, 'Texts from before are being sealed');
      if (batch.length < batchSize) return sealed;
      after = batch.at(-1);
    }
  }

  /** In one step the text is under seal and no longer in the clear. What was replaced meanwhile is sealed already. */
  private async sealOne({ assetId, source }: TextPlace): Promise<boolean> {
    try {
      const segments = await this.database.run((sql) => this.plain.segments(sql, { assetId, source }));
      const text = await this.texts.seal(assetId, source, segments);
      return await this.database.run(async (sql) => {
        if (!(await this.plain.hold(sql, text, segments.length))) return false;
        await this.texts.requireOwner(sql, text);
        await this.repository.addParts(sql, text);
        await this.plain.empty(sql, text);
        return true;
      });
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      if (keysAreAway(error)) throw error;
      logger.warn({ err: error, assetId, source }, 'A text from before could not be sealed');
      return false;
    }
  }
}
