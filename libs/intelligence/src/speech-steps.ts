import { Inject, Injectable } from '@nestjs/common';
import {
  AssetTexts,
  attempt,
  counted,
  FileLender,
  type LentFile,
  MediaParsers,
  type Probe,
  type StepContext,
  StepJobHandler,
  StepRunner,
  speechTranscribe,
  type TextSegmentRow,
  type WorkResult,
} from '#media';
import { HandlesJob } from '#queue';
import { subtitleSegments } from './domain/subtitle-segments.ts';
import { speechSegments } from './domain/text-segments.ts';
import { SpeechService } from './speech/speech.service.ts';

/** Sound of which less than this is louder than silence is not listened to. */
const leastSoundShare = 0.002;

/** What one way of finding words in a recording came to. */
interface Words {
  segments: TextSegmentRow[];
  outcome: string;
  /** Whether there was anything to look at. */
  isDone: boolean;
  cpuMs: number;
  modelVersions?: Record<string, string>;
}

/** Writes down what is said in a video or sound, and reads the subtitles that it carries. */
@Injectable()
@HandlesJob(speechTranscribe)
export class SpeechTranscribeHandler extends StepJobHandler {
  protected readonly job = 'speech.transcribe';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(MediaParsers) private readonly parsers: MediaParsers,
    @Inject(FileLender) private readonly lender: FileLender,
    @Inject(SpeechService) private readonly speech: SpeechService,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
  ) {
    super(runner);
  }

  protected work(context: StepContext): Promise<WorkResult> {
    return this.lender.lend(context, async (lent) => {
      const probe = await this.parsers.probe(lent);
      const subtitles = await this.readSubtitles(lent, probe);
      return this.written(context, subtitles, await this.listen(lent, probe, subtitles.isDone));
    });
  }

  private async written({ asset }: StepContext, subtitles: Words, speech: Words): Promise<WorkResult> {
    const sealed = [
      await this.texts.seal(asset.id, 'subtitle', subtitles.segments),
      await this.texts.seal(asset.id, 'speech', speech.segments),
    ];
    const found = [...subtitles.segments, ...speech.segments];
    return {
      results: [
        {
          step: 'text',
          state: subtitles.isDone || speech.isDone ? 'done' : 'skipped',
          outcome: [subtitles.outcome, speech.outcome].filter(Boolean).join(' '),
          modelVersions: { ...speech.modelVersions },
          cpuMs: subtitles.cpuMs + speech.cpuMs,
          findings: { characters: found.reduce((sum, { text }) => sum + text.length, 0) },
        },
      ],
      commit: async (sql) => {
        for (const text of sealed) await this.texts.replace(sql, text);
      },
    };
  }

  /** Subtitles that cannot be read take nothing away from what is heard. */
  private async readSubtitles(lent: LentFile, probe: Probe): Promise<Words> {
    const read = await attempt(() => this.parsers.subtitles(lent, probe));
    if (read.error) return nothing('Its subtitles cannot be read.');
    const { tracks, cpuMs } = read.value;
    if (tracks.length === 0) return nothing('');
    const segments = subtitleSegments(tracks);
    const lines = tracks.reduce((sum, { cues }) => sum + cues.length, 0);
    const languages = [...new Set(tracks.flatMap(({ language }) => language ?? []))].join(', ');
    const outcome = `${counted(lines, 'line')} of subtitles read${languages ? ` (${languages})` : ''}.`;
    return { segments, outcome, isDone: true, cpuMs };
  }

  /** A sound that cannot be read takes nothing away from the subtitles, where there are some. */
  private async listen(lent: LentFile, probe: Probe, hasSubtitles: boolean): Promise<Words> {
    if (!hasSubtitles) return this.transcribe(lent, probe);
    const heard = await attempt(() => this.transcribe(lent, probe));
    return heard.value ?? nothing(`The sound cannot be read: ${heard.error.message}`);
  }

  private async transcribe(lent: LentFile, probe: Probe): Promise<Words> {
    if (!(await this.speech.engine()))
      return nothing('Nothing on this machine writes down speech; a Whisper model or PocketSphinx would.');
    const sound = await this.parsers.sound(lent, probe);
    if (!sound) return nothing('There is no sound to listen to.');
    if (1 - sound.waveform.silentShare < leastSoundShare) return nothing('There is nothing but silence.');
    const transcript = await this.speech.transcribe(sound.speechFile, { signal: lent.signal });
    const segments = speechSegments(transcript);
    const words = segments.reduce((sum, segment) => sum + segment.text.split(/\s+/).length, 0);
    return {
      segments,
      outcome: words > 0 ? `${counted(words, 'word')} heard by ${transcript.engine}.` : 'Nobody was heard speaking.',
      isDone: true,
      cpuMs: sound.cpuMs + transcript.cpuMs,
      modelVersions: { [transcript.engine]: transcript.engineVersion },
    };
  }
}

function nothing(outcome: string): Words {
  return { segments: [], outcome, isDone: false, cpuMs: 0 };
}
