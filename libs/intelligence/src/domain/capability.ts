import type { ModelTask } from './model-manifest.schema.ts';

/** What people can do because a model or an engine is there. */
export interface Capability {
  name: 'similar' | 'meaning' | 'speech' | 'ocr';
  enabled: boolean;
  /** What provides it: model or engine with its version. */
  by: string | null;
  /** What would enable or better it. */
  hint: string | null;
}

/** What is there to provide capabilities. */
export interface Providers {
  models: { name: string; version: string; task: ModelTask }[];
  /** The speech engine that comes without a model, if it is installed. */
  speechEngine: string | null;
  ocrEngine: string | null;
}

/** Kinds of model that search by meaning works with. */
export const meaningTasks = ['text-image-embedding', 'sentence-embedding'] as const;
/** Kinds of model that tell which pictures look alike. */
export const pictureTasks = ['visual-descriptor', 'image-embedding', 'text-image-embedding'] as const;

const hints = {
  similar: 'Enable the shipped model visual-descriptor: ./holdfast models enable visual-descriptor.',
  meaning:
    'Search by meaning needs a text–image model (CLIP or SigLIP family) or a sentence encoder, exported to ONNX: ./holdfast models import FOLDER, then ./holdfast models enable NAME.',
  speech:
    'Install pocketsphinx and pocketsphinx-en-us, or import a model of the Whisper family: ./holdfast models import FOLDER.',
  betterSpeech: 'A model of the Whisper family hears better and in many languages: ./holdfast models import FOLDER.',
  ocr: 'Install tesseract-ocr.',
};

/** What works, by what, and what would enable the rest. */
export function describeCapabilities({ models, speechEngine, ocrEngine }: Providers): Capability[] {
  const by = (...tasks: readonly ModelTask[]) => {
    const names = models.filter(({ task }) => tasks.includes(task)).map(({ name, version }) => `${name} ${version}`);
    return names.length > 0 ? names.join(', ') : null;
  };
  const [similar, meaning, whisper] = [by(...pictureTasks), by(...meaningTasks), by('speech-to-text')];
  const speech = whisper ?? speechEngine;
  const speechHint = speech === null ? hints.speech : whisper === null ? hints.betterSpeech : null;
  return [
    { name: 'similar', enabled: similar !== null, by: similar, hint: similar === null ? hints.similar : null },
    { name: 'meaning', enabled: meaning !== null, by: meaning, hint: meaning === null ? hints.meaning : null },
    { name: 'speech', enabled: speech !== null, by: speech, hint: speechHint },
    { name: 'ocr', enabled: ocrEngine !== null, by: ocrEngine, hint: ocrEngine === null ? hints.ocr : null },
  ];
}
