import { Inject, Injectable } from '@nestjs/common';
import {
  AssetTexts,
  counted,
  FileLender,
  MediaParsers,
  PictureStore,
  rowOf,
  type StepContext,
  StepJobHandler,
  StepRunner,
  textRecognise,
  type WorkResult,
} from '#media';
import { HandlesJob } from '#queue';
import { ObjectStore } from '#storage';
import { ocrSegments } from './domain/text-segments.ts';
import { OcrService } from './ocr/ocr.service.ts';
import type { RecognisedText } from './ocr/recognised-text.ts';

/** Longest edge of a scanned page when it is read: A4 at about 240 dots per inch. */
const pageEdge = 2800;
/** Types that are read from the original; of others the preview is read. */
const readableTypes = /^image\/(jpeg|png|webp|gif|tiff|avif)$/;
const largestOriginalBytes = 64 * 1024 * 1024;

interface ReadPage {
  page: number | null;
  text: RecognisedText;
}

/** Reads the text in pictures and on scanned pages. */
@Injectable()
@HandlesJob(textRecognise)
export class TextRecogniseHandler extends StepJobHandler {
  protected readonly job = 'text.recognise';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(OcrService) private readonly ocr: OcrService,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(PictureStore) private readonly store: PictureStore,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
  ) {
    super(runner);
  }

  protected async work(context: StepContext): Promise<WorkResult> {
    const { asset, rows } = context;
    const { characters: written = 0, scannedPages = [], damage } = rowOf(rows, 'text').findings;
    const pages = asset.kind === 'document' ? await this.readPages(context, scannedPages) : await this.readPicture(context);
    const found = ocrSegments(pages);
    const characters = written + found.reduce((sum, { text }) => sum + text.length, 0);
    const words = found.reduce((sum, segment) => sum + (segment.words?.length ?? 0), 0);
    const sealed = await this.texts.seal(asset.id, 'ocr', found);
    const where = asset.kind === 'document' ? ` on ${counted(pages.length, 'scanned page')}` : '';
    return {
      results: [
        {
          step: 'text',
          state: 'done',
          outcome: words > 0 ? `${counted(words, 'word')} read${where}.` : `No legible text found${where}.`,
          modelVersions: enginesOf(pages),
          cpuMs: pages.reduce((sum, { text }) => sum + text.cpuMs, 0),
          findings: { characters, ...(damage ? { damage } : {}) },
        },
      ],
      commit: (sql) => this.texts.replace(sql, sealed),
    };
  }

  private async readPicture({ asset, run }: StepContext): Promise<ReadPage[]> {
    const isReadable = readableTypes.test(asset.mediaType) && asset.sizeBytes <= largestOriginalBytes;
    const sha256 = isReadable ? asset.sha256 : ((await this.store.find(asset.id, 'preview'))?.sha256 ?? asset.sha256);
    const text = await this.ocr.recogniseText(await this.objects.read(sha256), { signal: run.signal });
    return [{ page: null, text }];
  }

  private async readPages(context: StepContext, pages: readonly number[]): Promise<ReadPage[]> {
    const { signal } = context.run;
    return this.lender.lend(context, async (lent) => {
      const read: ReadPage[] = [];
      for (const page of pages)
        for (const { bytes } of await this.parsers.pdfPages(lent, page, page, pageEdge))
          read.push({ page, text: await this.ocr.recogniseText(bytes, { signal }) });
      return read;
    });
  }
}

function enginesOf(pages: readonly ReadPage[]): Record<string, string> {
  return Object.fromEntries(pages.map(({ text }) => [text.engine, text.engineVersion]));
}
