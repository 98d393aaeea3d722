import type { AssetKind, AssetState, LedgerStep, QueueState } from '../api/types.ts';

export const assetKinds: readonly AssetKind[] = ['image', 'video', 'audio', 'document', 'text', 'unknown'];
export const assetStates: readonly AssetState[] = ['processing', 'ready', 'partial', 'unsupported'];
export const orientations = ['landscape', 'portrait', 'square'] as const;
export type Orientation = (typeof orientations)[number];

/** Kinds as people name them: one, many. */
export const kindWords: Record<AssetKind, { one: string; many: string }> = {
  image: { one: 'Image', many: 'Images' },
  video: { one: 'Video', many: 'Videos' },
  audio: { one: 'Audio', many: 'Audio' },
  document: { one: 'Document', many: 'Documents' },
  text: { one: 'Text', many: 'Texts' },
  unknown: { one: 'Other', many: 'Other' },
};

export const stateWords: Record<AssetState, { word: string; means: string }> = {
  processing: { word: 'Being understood', means: 'Steps are still running; it can be found by what is known so far.' },
  ready: { word: 'Understood', means: 'Every step that applies is done.' },
  partial: { word: 'Partly understood', means: 'A step failed for good; the history says which and why.' },
  unsupported: { word: 'Kept, not understood', means: 'Its bytes are safe, but no parser knows or could read the format.' },
};

export const stepWords: Record<LedgerStep['step'], { title: string; does: string }> = {
  probe: { title: 'Probe', does: 'Reads format, metadata, place and time of capture' },
  renditions: { title: 'Renditions', does: 'Makes thumbnails, previews, posters and playable copies' },
  recognise: { title: 'Recognise', does: 'Measures colours, sharpness, exposure and what the picture looks like' },
  text: { title: 'Text', does: 'Reads writing in pictures and turns speech into words' },
  embed: { title: 'Embed', does: 'Places it among all others, so that likeness and meaning can be compared' },
  index: { title: 'Index', does: 'Makes all of it searchable' },
};

export const stepStateWords: Record<LedgerStep['state'], string> = {
  waiting: 'Waits for an earlier step',
  queued: 'Queued',
  running: 'Running',
  done: 'Done',
  skipped: 'Does not apply',
  failed: 'Failed',
};

/** The fixed colour of each workload, on every page. */
export const workColours: Record<QueueState['name'], string> = {
  image: 'var(--work-image)',
  video: 'var(--work-video)',
  transcription: 'var(--work-speech)',
  text: 'var(--work-text)',
  embedding: 'var(--work-embedding)',
  completion: 'var(--work-completion)',
};

export const roleWords: Record<string, string> = {
  admin: 'Administrator',
  operator: 'Operator',
  viewer: 'Viewer',
};
