import { Inject, Injectable } from '@nestjs/common';
import { HoldfastError } from '#kernel';
import { HandlesJob } from '#queue';
import { ObjectStore } from '#storage';
import { describeImage } from './domain/describe-image.ts';
import { hashBits } from './domain/perceptual-hash.ts';
import { FileTagRepository } from './file-tag.repository.ts';
import { MediaParsers } from './media-parsers.adapter.ts';
import { PictureBandRepository } from './picture-band.repository.ts';
import { type LookPart, PictureLook } from './picture-look.ts';
import { PictureStore } from './picture-store.ts';
import { imageAnalyse } from './pipeline.jobs.ts';
import { screenRenditions } from './screen-renditions.ts';
import { StepJobHandler } from './step-job.handler.ts';
import { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';

/** Files are read whole; a picture that is larger is none that a person took. */
const largestImageBytes = 512 * 1024 ** 2;

/** Probes, renders and recognises a picture from one decode. */
@Injectable()
@HandlesJob(imageAnalyse)
export class ImageAnalyseHandler extends StepJobHandler {
  protected readonly job = 'image.analyse';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(PictureLook) private readonly look: PictureLook,
    @Inject(PictureStore) private readonly store: PictureStore,
    @Inject(PictureBandRepository) private readonly bands: PictureBandRepository,
    @Inject(FileTagRepository) private readonly tags: FileTagRepository,
  ) {
    super(runner);
  }

  protected async work({ asset, steps, rows, run }: StepContext): Promise<WorkResult> {
    if (asset.sizeBytes > largestImageBytes) throw imageTooLarge(asset.sizeBytes);
    const isRecognised = steps.has('recognise');
    const picture = await this.parsers.image(await this.objects.read(asset.sha256), {
      mediaType: asset.mediaType,
      tensors: isRecognised ? await this.look.renderings() : [],
      ...(steps.has('renditions') ? {} : { edges: [] }),
      readMetadata: steps.has('probe'),
      signal: run.signal,
    });
    const parts: LookPart[] = [{ part: 0, atSeconds: null, tensors: picture.tensors }];
    const [renditions, look] = await Promise.all([
      this.store.put(asset.sha256, screenRenditions(picture.renditions)),
      isRecognised ? this.look.at(parts, run) : undefined,
    ]);
    return {
      ...describeImage(picture, look, steps, rows, new Date()),
      commit: async (sql) => {
        if (steps.has('renditions')) await this.store.replace(sql, asset.id, ['thumbnail', 'preview'], renditions);
        if (steps.has('probe')) await this.tags.replace(sql, asset.id, picture.metadata.keywords);
        if (look) {
          await this.bands.write(sql, asset.id, hashBits(picture.perceptualHash));
          await this.look.keep(asset.id, parts, look);
        }
      },
    };
  }
}

function imageTooLarge(sizeBytes: number): HoldfastError {
  return new HoldfastError('MEDIA_IMAGE_TOO_LARGE', {
    kind: 'unprocessable',
    message: `The picture has ${sizeBytes} bytes; at most ${largestImageBytes} are read.`,
    action: 'The original is kept. Add a smaller version of it to see it here.',
    values: { sizeBytes, largestImageBytes },
  });
}
