import { Inject, Injectable } from '@nestjs/common';
import { HandlesJob } from '#queue';
import type { ImageAnalysis, Probe } from '../parsers/index.ts';
import { describeRecording } from './domain/describe-recording.ts';
import { damageOf, picturePatch } from './domain/picture-facts.ts';
import { FileLender } from './file-lender.ts';
import { FileTagRepository } from './file-tag.repository.ts';
import { type LentFile, MediaParsers } from './media-parsers.adapter.ts';
import { PictureStore } from './picture-store.ts';
import { audioAnalyse } from './pipeline.jobs.ts';
import { screenRenditions } from './screen-renditions.ts';
import { attempt, failedBy } from './step-failure.ts';
import { StepJobHandler } from './step-job.handler.ts';
import { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';
import { waveformRendition } from './waveform-rendition.ts';

/** Probes a sound, draws its waveform and takes out its cover. */
@Injectable()
@HandlesJob(audioAnalyse)
export class AudioAnalyseHandler extends StepJobHandler {
  protected readonly job = 'audio.analyse';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(PictureStore) private readonly store: PictureStore,
    @Inject(FileTagRepository) private readonly tags: FileTagRepository,
  ) {
    super(runner);
  }

  protected work(context: StepContext): Promise<WorkResult> {
    const { asset, steps, rows } = context;
    return this.lender.lend(context, async (lent) => {
      const probe = await this.parsers.probe(lent);
      const probed = describeRecording(probe, rows, new Date());
      const drawn = steps.has('renditions') ? await attempt(() => this.draw(asset, lent, probe)) : { value: nothingDrawn };
      const { results, patch, commit } = drawn.value ?? { ...nothingDrawn, results: failedBy(drawn.error, ['renditions']) };
      return {
        results: [probed.result, ...results].filter(({ step }) => steps.has(step)),
        patch: { ...patch, ...(steps.has('probe') ? probed.patch : {}) },
        commit: async (sql) => {
          if (steps.has('probe')) await this.tags.replace(sql, asset.id, probe.metadata.keywords);
          await commit?.(sql);
        },
      };
    });
  }

  private async draw(asset: StepContext['asset'], lent: LentFile, probe: Probe): Promise<WorkResult> {
    const sound = await this.parsers.sound(lent, probe);
    const cover = await this.readCover(lent, probe);
    const pictures = cover ? screenRenditions(cover.renditions) : [];
    const renditions = await this.store.put(asset.sha256, [...pictures, ...waveformRendition(sound?.waveform)]);
    const made = [sound && 'Waveform drawn.', cover && 'Cover taken out.'].filter(Boolean).join(' ');
    const { colours = [], quality = {} } = cover ? picturePatch(cover) : {};
    return {
      results: [
        {
          step: 'renditions',
          state: made ? 'done' : 'skipped',
          outcome: made || 'There is neither sound nor a cover in it.',
          cpuMs: (sound?.cpuMs ?? 0) + (cover?.cpuMs ?? 0),
          findings: damageOf(sound?.partial ?? []),
        },
      ],
      patch: { colours, quality, thumbhash: cover ? Buffer.from(cover.thumbhash, 'base64') : null },
      commit: (sql) => this.store.replace(sql, asset.id, ['thumbnail', 'preview', 'waveform'], renditions),
    };
  }

  /** The cover as a picture; one that cannot be read takes nothing away from the sound. */
  private async readCover(lent: LentFile, probe: Probe): Promise<ImageAnalysis | undefined> {
    const { signal } = lent;
    const read = await attempt(async () => {
      const cover = await this.parsers.cover(lent, probe);
      return cover ? this.parsers.image(cover.bytes, { mediaType: cover.mediaType, readMetadata: false, signal }) : undefined;
    });
    return read.value;
  }
}

const nothingDrawn: WorkResult = { results: [] };
