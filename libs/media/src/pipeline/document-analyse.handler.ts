import { Inject, Injectable } from '@nestjs/common';
import { HandlesJob } from '#queue';
import type { DocumentAnalysis } from '../parsers/index.ts';
import { AssetTexts } from '../text/asset-texts.ts';
import { describeDocument } from './domain/describe-document.ts';
import { FileLender } from './file-lender.ts';
import { FileTagRepository } from './file-tag.repository.ts';
import { MediaParsers } from './media-parsers.adapter.ts';
import { type LookPart, PictureLook } from './picture-look.ts';
import { type MadeRendition, PictureStore } from './picture-store.ts';
import { documentAnalyse } from './pipeline.jobs.ts';
import { screenRenditions } from './screen-renditions.ts';
import { StepJobHandler } from './step-job.handler.ts';
import { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';

/** Pages that get a picture: enough to leaf through what is looked for. */
const picturePages = 20;

/** Reads the text, properties and pages of a document, or of plain text. */
@Injectable()
@HandlesJob(documentAnalyse)
export class DocumentAnalyseHandler extends StepJobHandler {
  protected readonly job = 'document.analyse';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(PictureLook) private readonly look: PictureLook,
    @Inject(PictureStore) private readonly store: PictureStore,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
    @Inject(FileTagRepository) private readonly tags: FileTagRepository,
  ) {
    super(runner);
  }

  protected async work(context: StepContext): Promise<WorkResult> {
    const { asset, steps, rows, run } = context;
    const isRecognised = steps.has('recognise');
    const isDrawn = isRecognised || steps.has('renditions');
    const tensors = isRecognised ? await this.look.renderings() : [];
    const document = await this.lender.lend(context, (lent) =>
      this.parsers.document(lent, isDrawn ? picturePages : 1, tensors),
    );
    const parts = firstPage(document);
    const [renditions, look] = await Promise.all([
      steps.has('renditions') ? this.store.put(asset.sha256, pageRenditions(document)) : [],
      isRecognised && parts.length > 0 ? this.look.at(parts, run) : undefined,
    ]);
    const { text, ...described } = describeDocument(document, look, steps, rows, new Date());
    const sealed = steps.has('text') ? await this.texts.seal(asset.id, 'document', text) : undefined;
    return {
      ...described,
      commit: async (sql) => {
        if (steps.has('probe')) await this.tags.replace(sql, asset.id, document.keywords);
        if (steps.has('renditions')) await this.store.replace(sql, asset.id, ['thumbnail', 'preview', 'page'], renditions);
        if (sealed) await this.texts.replace(sql, sealed);
        if (look) await this.look.keep(asset.id, parts, look);
      },
    };
  }
}

/** What the models are shown: the first page, for the whole. */
function firstPage({ pageImages }: DocumentAnalysis): LookPart[] {
  return pageImages.slice(0, 1).map(({ image }) => ({ part: 0, atSeconds: null, tensors: image.tensors }));
}

/** Every page on the screen, and the first as the tile. */
function pageRenditions({ pageImages }: DocumentAnalysis): MadeRendition[] {
  const pages = pageImages.flatMap(({ page, image }) =>
    screenRenditions(image.renditions)
      .filter(({ kind }) => kind === 'preview')
      .map((rendition) => ({ ...rendition, kind: 'page' as const, position: page - 1, detail: { page } })),
  );
  return [...screenRenditions(pageImages[0]?.image.renditions ?? []), ...pages];
}
