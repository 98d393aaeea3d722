import type { Answer, Model, System } from '../api/types.ts';
import type { Tone } from '../ui/marks.tsx';

type Capability = Answer<'listModels'>['capabilities'][number];

/** Services by the name under which the appliance runs them; a worker process keeps its own name. */
const services: Record<string, { title: string; does: string }> = {
  api: { title: 'API', does: 'Answers this portal and every other client' },
  postgresql: { title: 'PostgreSQL', does: 'Keeps everything that is known, and the search index' },
  redis: { title: 'Redis', does: 'Hands jobs to the workers and news to this portal' },
  keyd: { title: 'Keystore', does: 'Keeps the topmost keys; without it nothing new is stored' },
  vault: { title: 'Vault', does: 'Keeps the topmost keys; without it nothing new is stored' },
};

/** A service in words. */
export function serviceWords(name: string): { title: string; does: string } {
  return services[name] ?? { title: name === 'worker' ? 'Worker' : `Worker ${name}`, does: 'Takes jobs from the queues' };
}

export const serviceStates: Record<System['services'][number]['state'], { word: string; tone: Tone }> = {
  up: { word: 'Up', tone: 'good' },
  degraded: { word: 'Degraded', tone: 'warn' },
  down: { word: 'Down', tone: 'bad' },
};

export const sandboxWords: Record<System['sandbox']['level'], { word: string; tone: 'good' | 'warn' | 'bad'; means: string }> =
  {
    full: {
      word: 'Full',
      tone: 'good',
      means: 'What opens your files runs without network, without privileges and without other files in sight.',
    },
    reduced: {
      word: 'Reduced',
      tone: 'warn',
      means:
        'What opens your files runs without network and within limits, but could see files of the machine. Allow user namespaces for bubblewrap to wall them off.',
    },
    none: {
      word: 'None',
      tone: 'bad',
      means:
        'No wall works on this machine, so no parser runs: uploads are kept, but not understood. Install bubblewrap, or allow user namespaces.',
    },
  };

/** What the programs on the machine are for. */
export const toolWords: Record<string, string> = {
  'Node.js': 'runs the appliance',
  ffmpeg: 'reads video and sound',
  'Tesseract OCR': 'reads writing in pictures',
  Poppler: 'reads PDF documents',
  bubblewrap: 'walls parsers off',
};

export const capabilityWords: Record<Capability['name'], { title: string; does: string }> = {
  similar: { title: 'Likeness', does: 'Find what looks like a picture' },
  meaning: { title: 'Meaning', does: 'Find what a picture shows, in your own words' },
  speech: { title: 'Speech', does: 'Find what is said' },
  ocr: { title: 'Writing', does: 'Find what stands in pictures and scans' },
};

const tasks: Record<string, string> = {
  'visual-descriptor': 'Likeness of pictures',
  'image-embedding': 'Likeness of pictures',
  'text-image-embedding': 'Meaning of pictures',
  'sentence-embedding': 'Meaning of texts',
  'speech-to-text': 'Speech to text',
};

/** What a model is for, in words. */
export function taskWords(task: Model['task']): string {
  return tasks[task] ?? task;
}
