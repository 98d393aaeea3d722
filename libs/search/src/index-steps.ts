import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AssetTexts,
  type AssetVector,
  assetIndex,
  PictureBandRepository,
  PipelinePorts,
  type StepContext,
  StepJobHandler,
  StepRunner,
  type WorkResult,
} from '#media';
import { HandlesJob } from '#queue';
import { SearchIndexService } from './search-index.service.ts';
import { VectorIndex } from './vector-index.ts';

/** Makes an asset findable: its words, and the pictures that look nearly like it. */
@Injectable()
@HandlesJob(assetIndex)
export class AssetIndexHandler extends StepJobHandler {
  protected readonly job = 'asset.index';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(SearchIndexService) private readonly index: SearchIndexService,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
    @Inject(PictureBandRepository) private readonly pictures: PictureBandRepository,
  ) {
    super(runner);
  }

  protected async work({ asset }: StepContext): Promise<WorkResult> {
    const text = await this.texts.readOpenable(asset.id);
    const result = { step: 'index' as const, state: 'done' as const, outcome: '' };
    return {
      results: [result],
      commit: async (sql) => {
        const indexed = await this.index.indexAsset(asset.id, text);
        const near = asset.kind === 'image' ? await this.pictures.link(sql, asset.id) : 0;
        const alike = near > 0 ? `; ${near} near-duplicate${near === 1 ? '' : 's'}` : '';
        result.outcome = `Findable by ${indexed?.words ?? 0} words${alike}.`;
      },
    };
  }
}

/** Gives the pipeline the place where vectors are kept. */
@Injectable()
export class VectorSinkSetup implements OnModuleInit {
  constructor(
    @Inject(PipelinePorts) private readonly ports: PipelinePorts,
    @Inject(VectorIndex) private readonly vectors: VectorIndex,
  ) {}

  onModuleInit(): void {
    this.ports.vectorSink = {
      prepare: (space, dimensions) => this.vectors.ensureSpace(space, dimensions),
      put: (space: string, assetId: string, vectors: AssetVector[]) => this.vectors.put(space, assetId, vectors),
      drop: (space, assetIds) => this.vectors.deleteMany(assetIds, space),
    };
  }
}
