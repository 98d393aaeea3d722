import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail, type SystemAuditEntry } from '#audit';
import { type Sql, SystemDatabase } from '#database';
import { HoldfastError, newId } from '#kernel';
import { auditedCatalogue, type ImportEntry } from './audited-catalogue.ts';
import { writeVisualDescriptor } from './descriptor/write-visual-descriptor.ts';
import { modelRole } from './domain/model-role.ts';
import { importModel, sweepStagedModels } from './importing/import-model.ts';
import { MODELS_FOLDER } from './intelligence.tokens.ts';
import { ModelRepository } from './model.repository.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import { ModelRegistry } from './model-registry.ts';
import { ModelSwitcher, type SwitchEntry } from './model-switcher.ts';

/** Puts the model that comes with the appliance into place, so that similar pictures are found with nothing imported. */
@Injectable()
export class ShippedModels {
  constructor(
    @Inject(ModelRepository) private readonly models: ModelRepository,
    @Inject(ModelRegistry) private readonly registry: ModelRegistry,
    @Inject(ModelSwitcher) private readonly switcher: ModelSwitcher,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(MODELS_FOLDER) private readonly folder: string,
  ) {}

  /**
   * Imports the visual descriptor where it is missing, enabled unless another model fills its place. A new version takes the place of an
   * older one of itself and looks at everything again; what an administrator disabled stays so. Harmless when several processes call it
   * at once.
   */
  async ensure(): Promise<void> {
    await sweepStagedModels(this.folder);
    const made = join(this.folder, '.staging', `shipped-${randomUUID()}`);
    try {
      await writeVisualDescriptor(made);
      await importModel(made, { folder: this.folder, catalogue: this.catalogue() });
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof HoldfastError) || error.code !== 'MODEL_IMPORT_RACED') throw error;
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }

  /** Adds models enabled, where nothing is in their place: one transaction, so that a crash never leaves one forgotten. */
  private catalogue(): ModelCatalogue {
    const record = (sql: Sql, entry: ImportEntry | SwitchEntry) => this.audit.recordSystem(sql, { ...bySystem(), ...entry });
    const catalogue = auditedCatalogue(this.models, this.database, record);
    return {
      ...catalogue,
      insert: (model) =>
        this.database.run(async (sql) => {
          await this.models.lock(sql);
          const role = modelRole(model.manifest);
          const others = (await this.registry.list()).filter(({ manifest }) => modelRole(manifest) === role);
          await catalogue.insert({ ...model, enabled: others.length === 0 });
          if (others.some(({ name, enabled }) => enabled && name === model.name))
            await this.switcher.switch(sql, model.id, true, (entry) => record(sql, entry));
        }),
    };
  }
}

function bySystem(): Pick<SystemAuditEntry, 'organisationId' | 'actor' | 'requestId'> {
  return { organisationId: null, actor: { kind: 'system', id: 'appliance', label: 'Holdfast' }, requestId: newId() };
}
