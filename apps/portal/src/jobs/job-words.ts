import type { QueueState } from '../api/types.ts';

/** Queues as people know their work. */
export const queueWords: Record<QueueState['name'], { title: string; does: string }> = {
  image: { title: 'Analysis', does: 'Pictures, sound and documents: previews, metadata, colours' },
  video: { title: 'Video', does: 'Shots, posters and playable copies' },
  transcription: { title: 'Speech', does: 'Turns speech into timed words' },
  text: { title: 'Writing', does: 'Reads writing in pictures and scans' },
  embedding: { title: 'Likeness', does: 'Places each asset among all others' },
  completion: { title: 'Search index', does: 'Makes all that was found searchable' },
};

const jobs: Record<string, string> = {
  'image.analyse': 'Analyse a picture',
  'video.analyse': 'Analyse a video',
  'video.proxy': 'Make a playable copy',
  'audio.analyse': 'Analyse sound',
  'document.analyse': 'Analyse a document',
  'speech.transcribe': 'Write speech down',
  'text.recognise': 'Read writing',
  'asset.embed': 'Place among the others',
  'asset.index': 'Make searchable',
  'pipeline.rerun': 'Run steps again',
  'pipeline.refresh': 'Run steps again after a change of models',
};

/** A job in words; one that this portal does not know keeps its own name. */
export function jobWords(job: string): string {
  return jobs[job] ?? job;
}
