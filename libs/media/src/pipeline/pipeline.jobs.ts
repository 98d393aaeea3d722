import { z } from 'zod';
import { defineJob, type JobDefinition } from '#queue';
import { assetKinds, pipelineSteps } from '../http/asset.contract.ts';
import type { StepJobName } from './domain/step-plan.ts';

/** How soon a job should run, compared with others of its queue. */
export const urgencies = ['interactive', 'normal', 'background'] as const;
export type Urgency = (typeof urgencies)[number];

/** The payload of every job that does steps of one asset; which steps it does is read from the ledger. */
export const stepPayload = z.object({ assetId: z.uuid(), urgency: z.enum(urgencies).default('normal') });
export type StepPayload = z.output<typeof stepPayload>;
export type StepJob = JobDefinition<typeof stepPayload>;

const reads = { permissions: ['asset.read', 'asset.update'] as const, payload: stepPayload };

function stepJob(name: StepJobName, queue: StepJob['queue'], role: StepJob['role']): StepJob {
  return defineJob({ name, queue, role, payload: reads.payload, permissions: [...reads.permissions] });
}

export const imageAnalyse = stepJob('image.analyse', 'image', 'media');
export const videoAnalyse = stepJob('video.analyse', 'video', 'media');
export const videoProxy = stepJob('video.proxy', 'video', 'media');
export const audioAnalyse = stepJob('audio.analyse', 'image', 'media');
export const documentAnalyse = stepJob('document.analyse', 'image', 'media');
export const speechTranscribe = stepJob('speech.transcribe', 'transcription', 'media');
export const textRecognise = stepJob('text.recognise', 'text', 'media');
export const assetEmbed = stepJob('asset.embed', 'embedding', 'inference');
export const assetIndex = stepJob('asset.index', 'completion', 'general');

/** Every job that does steps, by name. */
export const stepJobs: Record<StepJobName, StepJob> = {
  'image.analyse': imageAnalyse,
  'video.analyse': videoAnalyse,
  'video.proxy': videoProxy,
  'audio.analyse': audioAnalyse,
  'document.analyse': documentAnalyse,
  'speech.transcribe': speechTranscribe,
  'text.recognise': textRecognise,
  'asset.embed': assetEmbed,
  'asset.index': assetIndex,
};

const modelVersion = z.object({ name: z.string(), version: z.string() });

/** Runs steps again for many assets of an organisation, a batch at a time; the cursor is the last asset done. */
export const pipelineRerun = defineJob({
  name: 'pipeline.rerun',
  queue: 'completion',
  role: 'general',
  permissions: ['asset.read', 'asset.update', 'job.retry'],
  payload: z.object({
    kinds: z.array(z.enum(assetKinds)).min(1),
    steps: z.array(z.enum(pipelineSteps)).min(1),
    model: modelVersion.nullish(),
    madeBy: modelVersion.nullish(),
    reason: z.string().max(500),
    cursor: z.uuid().nullable().default(null),
  }),
});

/** Makes again what older versions of steps made, and takes up what was left lying, a batch at a time. */
export const pipelineRefresh = defineJob({
  name: 'pipeline.refresh',
  queue: 'completion',
  role: 'general',
  permissions: ['asset.read', 'asset.update', 'job.retry'],
  payload: z.object({}),
});

/** Takes away what a model has made that is disabled: its vectors in a space, a batch of assets at a time. */
export const pipelineForget = defineJob({
  name: 'pipeline.forget',
  queue: 'completion',
  role: 'general',
  permissions: ['asset.read', 'asset.update', 'job.retry'],
  payload: z.object({ model: modelVersion, space: z.string(), steps: z.array(z.enum(pipelineSteps)).min(1) }),
});
