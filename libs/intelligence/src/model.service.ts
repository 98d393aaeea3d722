import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { PipelineEverywhere } from '#media';
import { auditedCatalogue } from './audited-catalogue.ts';
import { type Capability, describeCapabilities } from './domain/capability.ts';
import { importModel } from './importing/import-model.ts';
import { MODELS_FOLDER } from './intelligence.tokens.ts';
import { ModelRepository } from './model.repository.ts';
import type { ModelRecord } from './model-catalogue.ts';
import { ModelRegistry } from './model-registry.ts';
import { ModelSwitcher, type SwitchEntry } from './model-switcher.ts';
import { OcrService } from './ocr/ocr.service.ts';
import { findPocketSphinx } from './speech/pocketsphinx.adapter.ts';

/** What enabling or disabling a model changed. */
export interface ModelSwitch {
  model: ModelRecord;
  /** Models that filled the same place before. */
  replaced: ModelRecord[];
  /** Assets of the current organisation that are looked at again in the background, or lose what the model made. */
  affectedAssets: number;
}

/** What people do with models: see, import, enable, disable. */
@Injectable()
export class ModelService {
  constructor(
    @Inject(ModelRegistry) private readonly registry: ModelRegistry,
    @Inject(ModelRepository) private readonly models: ModelRepository,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(ModelSwitcher) private readonly switcher: ModelSwitcher,
    @Inject(PipelineEverywhere) private readonly pipeline: PipelineEverywhere,
    @Inject(OcrService) private readonly ocr: OcrService,
    @Inject(MODELS_FOLDER) private readonly folder: string,
  ) {}

  /** All models, versions side by side. */
  async list(): Promise<ModelRecord[]> {
    requireAccess('model.read');
    return this.registry.list();
  }

  /** What works here, by what, and what would enable the rest. */
  async capabilities(): Promise<Capability[]> {
    requireAccess('model.read');
    const speech = await findPocketSphinx();
    const ocr = await this.ocr.installation().catch(() => undefined);
    return describeCapabilities({
      models: await this.registry.enabled(),
      speechEngine: speech ? `${speech.name} ${speech.version}` : null,
      ocrEngine: ocr ? `tesseract ${ocr.version}` : null,
    });
  }

  /** Imports a model from a folder of this machine, disabled. See `importModel` for what it throws. */
  async import(from: string): Promise<ModelRecord> {
    requireAccess('model.update');
    const catalogue = auditedCatalogue(this.models, this.database, (sql, entry) => this.audit.record(sql, entry));
    return importModel(from, { folder: this.folder, catalogue });
  }

  /**
   * Enables or disables a model, with its audit row and, in the same transaction, the background work that follows in every organisation.
   * Enabling looks again at every asset that this version has not seen and could say something of; enabling once more repeats that. What
   * models have made that are disabled, or give way, goes: vectors are removed, transcripts are made again by what is enabled then.
   * Throws MODEL_NOT_FOUND or MODEL_FILES_MISSING.
   */
  async setEnabled(id: string, enabled: boolean): Promise<ModelSwitch> {
    requireAccess('model.update');
    return this.database.run(async (sql) => {
      const record = (entry: SwitchEntry) => this.audit.record(sql, entry);
      const { model, replaced, affected } = await this.switcher.switch(sql, id, enabled, record);
      return { model, replaced, affectedAssets: await this.pipeline.countAffected(affected) };
    });
  }
}
