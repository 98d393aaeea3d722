import { Inject, Injectable } from '@nestjs/common';
import { HandlesJob } from '#queue';
import type { SoundAnalysis, VideoProxy } from '../parsers/index.ts';
import { FileLender } from './file-lender.ts';
import { MediaParsers } from './media-parsers.adapter.ts';
import { PictureStore } from './picture-store.ts';
import { videoProxy } from './pipeline.jobs.ts';
import type { StoredRendition } from './rendition.repository.ts';
import { StepJobHandler } from './step-job.handler.ts';
import { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';
import { waveformRendition } from './waveform-rendition.ts';

/** Makes the version of a video that every browser plays, and its waveform. Slow, and never before what makes tiles appear. */
@Injectable()
@HandlesJob(videoProxy)
export class VideoProxyHandler extends StepJobHandler {
  protected readonly job = 'video.proxy';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(PictureStore) private readonly store: PictureStore,
  ) {
    super(runner);
  }

  protected work(context: StepContext): Promise<WorkResult> {
    const { sha256, id } = context.asset;
    return this.lender.lend(context, async (lent) => {
      const probe = await this.parsers.probe(lent);
      const sound = await this.parsers.sound(lent, probe);
      const proxy = await this.parsers.proxy(lent, probe);
      const waveform = await this.store.put(sha256, waveformRendition(sound?.waveform));
      const renditions = [...(await this.keepProxy(sha256, proxy)), ...waveform];
      return {
        results: [{ step: 'renditions', state: 'done', outcome: outcomeOf(proxy, sound), cpuMs: costOf(proxy, sound) }],
        commit: (sql) => this.store.replace(sql, id, ['proxy', 'waveform'], renditions),
      };
    });
  }

  private async keepProxy(original: string, proxy: VideoProxy): Promise<StoredRendition[]> {
    if (proxy.file === null) return [];
    const { file, mediaType, width, height } = proxy;
    return [await this.store.take(original, file, { kind: 'proxy', position: 0, mediaType, width, height })];
  }
}

function outcomeOf(proxy: VideoProxy, sound: SoundAnalysis | null): string {
  const playable =
    proxy.file === null ? proxy.skipped : `A version of ${proxy.width} × ${proxy.height} plays in every browser.`;
  return `Poster made. ${playable}${sound ? ' Waveform drawn.' : ''}`;
}

function costOf(proxy: VideoProxy, sound: SoundAnalysis | null): number {
  return (proxy.file === null ? 0 : proxy.cpuMs) + (sound?.cpuMs ?? 0);
}
