import { Inject, Injectable } from '@nestjs/common';
import {
  counted,
  FileLender,
  type LentFile,
  MediaParsers,
  SegmentRepository,
  type StepContext,
  StepJobHandler,
  StepRunner,
  speechTranscribe,
  type WorkResult,
} from '#media';
import { HandlesJob } from '#queue';
import { speechSegments } from './domain/text-segments.ts';
import { SpeechService } from './speech/speech.service.ts';

/** Sound of which less than this is louder than silence is not listened to. */
const leastSoundShare = 0.002;

/** Writes down what is said in a video or sound. */
@Injectable()
@HandlesJob(speechTranscribe)
export class SpeechTranscribeHandler extends StepJobHandler {
  protected readonly job = 'speech.transcribe';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(SpeechService) private readonly speech: SpeechService,
    @Inject(SegmentRepository) private readonly segments: SegmentRepository,
  ) {
    super(runner);
  }

  protected async work(context: StepContext): Promise<WorkResult> {
    if (!(await this.speech.engine()))
      return this.skipped(context, 'Nothing on this machine writes down speech; a Whisper model or PocketSphinx would.');
    return this.lender.lend(context, (lent) => this.listen(context, lent));
  }

  private async listen(context: StepContext, lent: LentFile): Promise<WorkResult> {
    const sound = await this.parsers.sound(lent, await this.parsers.probe(lent));
    if (!sound) return this.skipped(context, 'There is no sound to listen to.');
    if (1 - sound.waveform.silentShare < leastSoundShare) return this.skipped(context, 'There is nothing but silence.');
    const transcript = await this.speech.transcribe(sound.speechFile, { signal: lent.signal });
    const found = speechSegments(transcript);
    const words = found.reduce((sum, segment) => sum + segment.text.split(/\s+/).length, 0);
    return {
      results: [
        {
          step: 'text',
          state: 'done',
          outcome: words > 0 ? `${counted(words, 'word')} heard by ${transcript.engine}.` : 'Nobody was heard speaking.',
          modelVersions: { [transcript.engine]: transcript.engineVersion },
          cpuMs: sound.cpuMs + transcript.cpuMs,
          findings: { characters: found.reduce((sum, { text }) => sum + text.length, 0) },
        },
      ],
      commit: (sql) => this.segments.replaceText(sql, context.asset.id, 'speech', found),
    };
  }

  private skipped({ asset }: StepContext, outcome: string): WorkResult {
    return {
      results: [{ step: 'text', state: 'skipped', outcome }],
      commit: (sql) => this.segments.replaceText(sql, asset.id, 'speech', []),
    };
  }
}
