import { Module } from '@nestjs/common';
import { AssetRepository } from './assets/asset.repository.ts';
import { AssetService } from './assets/asset.service.ts';
import { AssetBytesService } from './assets/asset-bytes.service.ts';
import { AssetChanges } from './assets/asset-changes.ts';
import { RerunService } from './assets/rerun.service.ts';
import { ErasureModule } from './erasure/erasure.module.ts';
import { AssetController } from './http/asset.controller.ts';
import { ErasureController } from './http/erasure.controller.ts';
import { CollectionController, TagController } from './http/organise.controller.ts';
import { PlacementController } from './http/placement.controller.ts';
import { HoldController, RetentionController } from './http/retention.controller.ts';
import { UploadController } from './http/upload.controller.ts';
import { MediaModule } from './media.module.ts';
import { CollectionRepository } from './organise/collection.repository.ts';
import { CollectionService } from './organise/collection.service.ts';
import { TagRepository } from './organise/tag.repository.ts';
import { TagService } from './organise/tag.service.ts';
import { PipelineModule } from './pipeline/pipeline.module.ts';
import { RenditionRepository } from './pipeline/rendition.repository.ts';
import { AssetPlacementModule } from './placement/placement.module.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { TextModule } from './text/text.module.ts';
import { PrecheckService } from './uploads/precheck.service.ts';
import { UploadRepository } from './uploads/upload.repository.ts';
import { UploadService } from './uploads/upload.service.ts';
import { UploadFiles } from './uploads/upload-files.ts';
import { UploadFinish } from './uploads/upload-finish.ts';
import { UploadFolder } from './uploads/upload-folder.ts';
import { UploadSweeper } from './uploads/upload-sweeper.ts';
import { WholeUpload } from './uploads/whole-upload.ts';

const uploads = [
  PrecheckService,
  UploadFiles,
  UploadFinish,
  UploadFolder,
  UploadRepository,
  UploadService,
  UploadSweeper,
  WholeUpload,
];
const assets = [AssetBytesService, AssetChanges, AssetRepository, AssetService, RenditionRepository, RerunService];
const organising = [CollectionRepository, CollectionService, TagRepository, TagService];

/** Uploads, assets, tags and collections over HTTP. The api process only. */
@Module({
  imports: [MediaModule, ErasureModule, PipelineModule, AssetPlacementModule, RetentionModule, TextModule],
  controllers: [
    AssetController,
    CollectionController,
    ErasureController,
    TagController,
    PlacementController,
    RetentionController,
    HoldController,
    UploadController,
  ],
  providers: [...uploads, ...assets, ...organising],
})
export class MediaHttpModule {}
