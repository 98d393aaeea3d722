import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { HandlesJob } from '#queue';
import type { Probe } from '../parsers/index.ts';
import { describeRecording } from './domain/describe-recording.ts';
import { describeVideo } from './domain/describe-video.ts';
import { FileLender } from './file-lender.ts';
import { FileTagRepository } from './file-tag.repository.ts';
import { type LentFile, MediaParsers } from './media-parsers.adapter.ts';
import { PictureLook } from './picture-look.ts';
import { PictureStore } from './picture-store.ts';
import { videoAnalyse } from './pipeline.jobs.ts';
import { SegmentRepository } from './segment.repository.ts';
import { attempt, failedBy } from './step-failure.ts';
import { StepJobHandler } from './step-job.handler.ts';
import { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';
import { shotRenditions, shotSegments, videoParts, videoRenditions } from './video-pictures.ts';

/** Probes a video, finds its shots and poster, and shows every shot to the models. */
@Injectable()
@HandlesJob(videoAnalyse)
export class VideoAnalyseHandler extends StepJobHandler {
  protected readonly job = 'video.analyse';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(PictureLook) private readonly look: PictureLook,
    @Inject(PictureStore) private readonly store: PictureStore,
    @Inject(SegmentRepository) private readonly segments: SegmentRepository,
    @Inject(FileTagRepository) private readonly tags: FileTagRepository,
  ) {
    super(runner);
  }

  protected work(context: StepContext): Promise<WorkResult> {
    return this.lender.lend(context, async (lent) => {
      const probe = await this.parsers.probe(lent);
      const probed = describeRecording(probe, context.rows, new Date());
      const isSeen = context.steps.has('renditions') || context.steps.has('recognise');
      // A video whose picture cannot be decoded may still be listened to: what the probe found stays.
      const seen = isSeen ? await attempt(() => this.see(context, lent, probe)) : { value: nothingSeen };
      const { results, patch, commit } = seen.value ?? {
        ...nothingSeen,
        results: failedBy(seen.error, ['renditions', 'recognise']),
      };
      return {
        results: [probed.result, ...results].filter(({ step }) => context.steps.has(step)),
        patch: { ...patch, ...(context.steps.has('probe') ? probed.patch : {}) },
        commit: async (sql) => {
          if (context.steps.has('probe')) await this.tags.replace(sql, context.asset.id, probe.metadata.keywords);
          await commit?.(sql);
        },
      };
    });
  }

  private async see({ asset, steps, run }: StepContext, lent: LentFile, probe: Probe): Promise<WorkResult> {
    const isRecognised = steps.has('recognise');
    const video = await this.parsers.video(lent, probe, isRecognised ? await this.look.renderings() : []);
    const parts = videoParts(video);
    const [whole, shots, look] = await Promise.all([
      steps.has('renditions') ? this.store.put(asset.sha256, await videoRenditions(video)) : [],
      isRecognised ? this.store.put(asset.sha256, shotRenditions(video)) : [],
      isRecognised ? this.look.at(parts, run) : undefined,
    ]);
    return {
      ...describeVideo(video, look, steps),
      commit: async (sql: Sql) => {
        if (steps.has('renditions')) await this.store.replace(sql, asset.id, ['thumbnail', 'poster', 'hover-strip'], whole);
        if (!look) return;
        await this.store.replace(sql, asset.id, ['shot'], shots);
        await this.segments.replaceShots(sql, asset.id, shotSegments(video));
        await this.look.keep(asset.id, parts, look);
      },
    };
  }
}

const nothingSeen: WorkResult = { results: [] };
