import {
  DOCUMENT_VERSION,
  IMAGE_VERSION,
  PROBE_VERSION,
  PROXY_VERSION,
  SOUND_VERSION,
  VIDEO_VERSION,
} from '../../parsers/index.ts';
import type { AssetKind, PipelineStep } from './ledger.ts';

/** Names of the jobs that do steps. */
export type StepJobName =
  | 'image.analyse'
  | 'video.analyse'
  | 'video.proxy'
  | 'audio.analyse'
  | 'document.analyse'
  | 'speech.transcribe'
  | 'text.recognise'
  | 'asset.embed'
  | 'asset.index';

/** How one step of one kind of asset is done. */
export interface StepRule {
  /** The jobs that do it, one after the other; most steps need one. */
  jobs: StepJobName[];
  /** Raised whenever the same file would give another result: what an older version made is made again in the background. */
  version: string;
  /** Steps that must be done first; where one is not, this step is skipped. */
  needs: PipelineStep[];
  /** Steps that must have ended first, whatever came of them. */
  after: PipelineStep[];
  /** Steps whose result goes into this one: when one of them is made again, so is this. */
  uses: PipelineStep[];
}

/** A step that a kind of asset does not have, and why. */
export interface NoStep {
  skip: string;
}

/** All steps of one kind of asset. The order of the steps is the order of `pipelineSteps`; a step depends on earlier ones only. */
export type StepPlan = Record<PipelineStep, StepRule | NoStep>;

function by(jobs: StepJobName | StepJobName[], version: number | string, rule: Partial<Omit<StepRule, 'jobs'>> = {}): StepRule {
  return { jobs: [jobs].flat(), version: String(version), needs: [], after: [], uses: [], ...rule };
}

/** Versions of what is done outside the parsers; those of the parsers are beside them. */
const OCR_VERSION = 1;
const SPEECH_VERSION = 3;
const EMBED_VERSION = 1;
const INDEX_VERSION = 1;

const embed = by('asset.embed', EMBED_VERSION, { after: ['text'], uses: ['text'] });
const madeSearchable: PipelineStep[] = ['probe', 'recognise', 'text', 'embed'];
/** Found as soon as it is known what it is, and again when text and vectors follow. */
const indexEarly = by('asset.index', INDEX_VERSION, { after: ['probe', 'recognise'], uses: madeSearchable });
/** Found once all is known: nothing takes long. */
const indexLast = by('asset.index', INDEX_VERSION, {
  after: ['probe', 'renditions', 'recognise', 'text', 'embed'],
  uses: madeSearchable,
});
const unreadable: NoStep = { skip: 'Nothing here can read this kind of file.' };

/** What is done for each kind of asset. */
export const stepPlans: Record<AssetKind, StepPlan> = {
  image: {
    probe: by('image.analyse', IMAGE_VERSION),
    renditions: by('image.analyse', IMAGE_VERSION),
    recognise: by('image.analyse', IMAGE_VERSION),
    text: by('text.recognise', OCR_VERSION, { needs: ['recognise'] }),
    embed,
    index: indexLast,
  },
  video: {
    probe: by('video.analyse', PROBE_VERSION),
    // Pictures come with the analysis, so that the tile appears early; the playable version follows at leisure.
    renditions: by(['video.analyse', 'video.proxy'], `${VIDEO_VERSION}.${PROXY_VERSION}.${SOUND_VERSION}`),
    recognise: by('video.analyse', VIDEO_VERSION),
    text: by('speech.transcribe', SPEECH_VERSION, { needs: ['probe'] }),
    embed,
    index: indexEarly,
  },
  audio: {
    probe: by('audio.analyse', PROBE_VERSION),
    renditions: by('audio.analyse', SOUND_VERSION),
    recognise: { skip: 'Sound has nothing to see.' },
    text: by('speech.transcribe', SPEECH_VERSION, { needs: ['probe'] }),
    embed,
    index: indexEarly,
  },
  document: {
    probe: by('document.analyse', DOCUMENT_VERSION),
    renditions: by('document.analyse', DOCUMENT_VERSION),
    recognise: by('document.analyse', DOCUMENT_VERSION),
    // The text in the file first; scanned pages are read from their pictures afterwards.
    text: by(['document.analyse', 'text.recognise'], `${DOCUMENT_VERSION}.${OCR_VERSION}`),
    embed,
    index: indexLast,
  },
  text: {
    probe: by('document.analyse', DOCUMENT_VERSION),
    renditions: by('document.analyse', DOCUMENT_VERSION),
    recognise: { skip: 'Plain text has nothing to see.' },
    text: by('document.analyse', DOCUMENT_VERSION),
    embed,
    index: indexLast,
  },
  unknown: {
    probe: unreadable,
    renditions: unreadable,
    recognise: unreadable,
    text: unreadable,
    embed: unreadable,
    index: by('asset.index', INDEX_VERSION),
  },
};

/** The job that does a step next, or undefined where the kind has no such step. */
export function jobOf(kind: AssetKind, step: PipelineStep, stage: number): StepJobName | undefined {
  const rule = stepPlans[kind][step];
  return 'skip' in rule ? undefined : rule.jobs[Math.min(stage, rule.jobs.length - 1)];
}

/** Every job that takes part in these steps of a kind. */
export function jobsOf(kind: AssetKind, steps: readonly PipelineStep[]): StepJobName[] {
  const jobs = steps.flatMap((step) => {
    const rule = stepPlans[kind][step];
    return 'skip' in rule ? [] : rule.jobs;
  });
  return [...new Set(jobs)];
}

/** What the ledger notes as the version of a step: the job that did it and the version of its rule. Empty where there is no such step. */
export function stepVersion(kind: AssetKind, step: PipelineStep, stage: number): string {
  const rule = stepPlans[kind][step];
  return 'skip' in rule ? '' : versionOf(rule, stage);
}

/** Every version of a step that is up to date for some kind of asset; anything else was made by an older version. */
export function currentVersions(step: PipelineStep): string[] {
  const versions = Object.values(stepPlans).flatMap((plan) => {
    const rule = plan[step];
    return 'skip' in rule ? [] : rule.jobs.map((_, stage) => versionOf(rule, stage));
  });
  return [...new Set(versions)];
}

function versionOf(rule: StepRule, stage: number): string {
  return `${rule.jobs[Math.min(stage, rule.jobs.length - 1)]}@${rule.version}`;
}

/** Every kind of asset with the steps that it has. */
export function plannedSteps(): { kind: AssetKind; step: PipelineStep }[] {
  return (Object.keys(stepPlans) as AssetKind[]).flatMap((kind) =>
    (Object.keys(stepPlans[kind]) as PipelineStep[])
      .filter((step) => !('skip' in stepPlans[kind][step]))
      .map((step) => ({ kind, step })),
  );
}
