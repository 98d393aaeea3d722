import { Inject, Module } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { TableKeyHolder, WrappedKeyHolders } from '#keys';
import { StorageModule } from '#storage';
import { AssetListRepository } from './assets/asset-list.repository.ts';
import { AssetListService } from './assets/asset-list.service.ts';
import { ExportRepository } from './exporting/export.repository.ts';
import { ExportService } from './exporting/export.service.ts';
import { FileImportService } from './importing/file-import.service.ts';
import { IngestRepository } from './ingest/ingest.repository.ts';
import { IngestService } from './ingest/ingest.service.ts';
import { PipelineModule } from './pipeline/pipeline.module.ts';
import { TextModule } from './text/text.module.ts';

const services = [AssetListService, ExportService, FileImportService, IngestService];

/** The library and the way into it, for every process. */
@Module({
  imports: [StorageModule, PipelineModule, TextModule],
  providers: [...services, AssetListRepository, ExportRepository, IngestRepository],
  exports: services,
})
export class MediaModule {
  constructor(@Inject(WrappedKeyHolders) holders: WrappedKeyHolders, @Inject(TenantDatabase) tenant: TenantDatabase) {
    holders.register(new TableKeyHolder(tenant, 'upload'));
  }
}
