import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { PipelineEverywhere } from '#media';
import { auditedCatalogue } from './audited-catalogue.ts';
import { type Capability, describeCapabilities } from './domain/capability.ts';
import { affectedSteps } from './domain/model-role.ts';
import { importModel } from './importing/import-model.ts';
import { MODELS_FOLDER } from './intelligence.tokens.ts';
import { ModelRepository } from './model.repository.ts';
import type { ModelRecord } from './model-catalogue.ts';
import { ModelRegistry } from './model-registry.ts';
import { OcrService } from './ocr/ocr.service.ts';
import { findPocketSphinx } from './speech/pocketsphinx.adapter.ts';

/** What enabling or disabling a model changed. */
export interface ModelSwitch {
  model: ModelRecord;
  /** Models that filled the same place before. */
  replaced: ModelRecord[];
  /** Assets of the current organisation that are looked at again in the background. */
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
   * Enables or disables a model, with its audit row. Enabling looks again, in the background, at every asset that this version has
   * not seen; enabling once more repeats that. Throws MODEL_NOT_FOUND or MODEL_FILES_MISSING.
   */
  async setEnabled(id: string, enabled: boolean): Promise<ModelSwitch> {
    requireAccess('model.update');
    const { model, replaced } = await this.database.run(async (sql) => {
      await this.models.lock(sql);
      const switched = await this.registry.switch(id, enabled);
      const { name, version } = switched.model;
      await this.audit.record(sql, {
        action: enabled ? 'model.enabled' : 'model.disabled',
        target: { kind: 'model', id },
        detail: { name, version, replaced: switched.replaced.map((other) => `${other.name} ${other.version}`) },
      });
      return switched;
    });
    return { model, replaced, affectedAssets: enabled ? await this.lookAgain(model) : 0 };
  }

  private async lookAgain({ manifest, name, version }: ModelRecord): Promise<number> {
    const { steps, kinds } = affectedSteps(manifest);
    await this.pipeline.rerun({ steps, kinds, model: { name, version } }, `The model ${name} ${version} was enabled.`);
    return this.pipeline.countAffected(kinds);
  }
}
