import { Inject, Injectable } from '@nestjs/common';
import { ObjectStore } from '#storage';
import type { LentFile } from './media-parsers.adapter.ts';
import { Scratch } from './scratch.adapter.ts';
import type { StepContext } from './step-work.ts';

/** Gives the original of an asset to parsers that need a file, with a folder for what they make. */
@Injectable()
export class FileLender {
  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(Scratch) private readonly scratch: Scratch,
  ) {}

  /** Lends the original for the duration of `use`; what `use` leaves in the folder is gone afterwards. */
  lend<Result>({ asset, run }: StepContext, use: (lent: LentFile) => Promise<Result>): Promise<Result> {
    return this.scratch.use((scratchFolder) =>
      this.objects.lend(asset.sha256, (file) => use({ file, scratchFolder, mediaType: asset.mediaType, signal: run.signal })),
    );
  }
}
