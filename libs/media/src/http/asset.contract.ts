import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';

export const assetKinds = ['image', 'video', 'audio', 'document', 'text', 'unknown'] as const;
export const assetStates = ['processing', 'ready', 'partial', 'unsupported'] as const;
export const pipelineSteps = ['probe', 'renditions', 'recognise', 'text', 'embed', 'index'] as const;
export const stepStates = ['waiting', 'queued', 'running', 'done', 'skipped', 'failed'] as const;
export const renditionKinds = ['thumbnail', 'preview', 'poster', 'hover-strip', 'proxy', 'waveform', 'page', 'shot'] as const;

const id = z.uuid();
const byId = z.object({ id });
const time = z.iso.datetime();

const renditionVersion = z.string().describe('The `v` of its address: changes only with its bytes.');

/** The renditions that lists show, where they exist. */
export const assetPictures = z
  .object({
    thumbnail: renditionVersion.optional(),
    preview: renditionVersion.optional(),
    poster: renditionVersion.optional(),
    'hover-strip': renditionVersion.optional(),
  })
  .describe('The renditions that lists show, each with the `v` of its address.');

/** What a grid tile needs and no more. Media bytes come from `/assets/{id}/renditions/{kind}`. */
export const assetTile = z.object({
  id,
  name: z.string(),
  kind: z.enum(assetKinds),
  state: z.enum(assetStates),
  shownAt: time.describe('When it was captured, else when it was added.'),
  aspectRatio: z.number().describe('Width divided by height; 1 where unknown.'),
  durationSeconds: z.number().nullable(),
  pageCount: z.number().int().nullable(),
  thumbhash: z.string().nullable().describe('Base64.'),
  pictures: assetPictures,
  rating: z.number().int().nullable(),
  version: z.number().int().describe('Changes whenever anything of the asset does.'),
});

export const ledgerStep = z.object({
  step: z.enum(pipelineSteps),
  state: z.enum(stepStates),
  attempts: z.number().int(),
  durationMs: z.number().nullable(),
  cpuMs: z.number().nullable().describe('Cost: processor milliseconds spent, parsers and models included.'),
  stepVersion: z.string(),
  modelVersions: z.record(z.string(), z.string()),
  outcome: z.string().nullable().describe('What came of it, in a sentence.'),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  queuedAt: time.nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});

const assetTagAnswer = z.object({
  id,
  name: z.string(),
  source: z.enum(['person', 'model', 'file']),
  state: z.enum(['suggested', 'confirmed', 'rejected']),
  confidence: z.number().nullable(),
});

const quality = z.object({
  sharpness: z.number().optional().describe('0 blurred … 1 sharp.'),
  exposure: z.number().optional().describe('0 black … 0.5 balanced … 1 white.'),
  noise: z.number().optional().describe('0 clean … 1 noisy.'),
});

const colour = z.object({ name: z.string(), hex: z.string(), share: z.number() });

export const assetDetail = assetTile.extend({
  folder: z.string(),
  origins: z
    .array(z.object({ name: z.string(), folder: z.string(), arrivedAt: time }))
    .describe('Every name under which these bytes arrived.'),
  mediaType: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  stateReason: z.string().nullable(),
  addedAt: time,
  capturedAt: time.nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  orientation: z.enum(['landscape', 'portrait', 'square']).nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  place: z.string().nullable(),
  camera: z.string().nullable(),
  lens: z.string().nullable(),
  caption: z.string(),
  colours: z.array(colour),
  quality,
  metadata: z.record(z.string(), z.unknown()),
  trashedAt: time.nullable(),
  tags: z.array(assetTagAnswer),
  collections: z.array(z.object({ id, name: z.string() })),
  renditions: z.array(
    z.object({
      kind: z.enum(renditionKinds),
      position: z.number().int(),
      v: renditionVersion,
      mediaType: z.string(),
      sizeBytes: z.number(),
      width: z.number().int().nullable(),
      height: z.number().int().nullable(),
      detail: z
        .record(z.string(), z.unknown())
        .describe('hover-strip: {columns, rows, times}; page: {page}; shot: {startSeconds}.'),
    }),
  ),
  segments: z.array(
    z.object({
      position: z.number().int(),
      startSeconds: z.number(),
      endSeconds: z.number(),
      score: z.number(),
      colours: z.array(colour),
    }),
  ),
  ledger: z.array(ledgerStep),
  nearDuplicates: z.array(assetTile.extend({ distance: z.number().int() })),
});

export const assetFilter = z.object({
  kind: z.union([z.enum(assetKinds), z.array(z.enum(assetKinds))]).optional(),
  state: z.enum(assetStates).optional(),
  from: z.iso.date().optional().describe('Shown on or after this day.'),
  to: z.iso.date().optional().describe('Shown on or before this day.'),
  tag: id.optional(),
  collection: id.optional(),
  minRating: z.coerce.number().int().min(1).max(5).optional(),
  orientation: z.enum(['landscape', 'portrait', 'square']).optional(),
  camera: z.string().max(200).optional(),
  trashed: z.stringbool().optional(),
});

export const listAssets = defineRoute({
  id: 'listAssets',
  method: 'GET',
  path: '/assets',
  access: 'asset.read',
  summary: 'The library, newest first, a page at a time',
  query: assetFilter.extend(pageQuery.shape).extend({
    before: z.iso.datetime().optional().describe('Start at this moment instead of the newest.'),
    skip: z.coerce
      .number()
      .int()
      .min(0)
      .max(10_000_000)
      .optional()
      .describe('Leave out so many from the start: to begin in the middle of a full month. From there go on by cursor.'),
  }),
  answer: pageOf(assetTile),
});

export const getTimeline = defineRoute({
  id: 'getTimeline',
  method: 'GET',
  path: '/assets/timeline',
  access: 'asset.read',
  summary: 'How many assets each month holds, newest first, for the scrubber',
  query: assetFilter,
  answer: z.object({
    total: z.number().int(),
    months: z.array(z.object({ month: z.string().describe('YYYY-MM'), count: z.number().int() })),
  }),
});

export const getAsset = defineRoute({
  id: 'getAsset',
  method: 'GET',
  path: '/assets/:id',
  access: 'asset.read',
  summary: 'All that is known of an asset, with the ledger that says why',
  params: byId,
  answer: assetDetail,
});

export const getAssetText = defineRoute({
  id: 'getAssetText',
  method: 'GET',
  path: '/assets/:id/text',
  access: 'asset.read',
  summary: 'Text found in an asset: OCR with word boxes, transcript and subtitles with times, pages of a document',
  params: byId,
  answer: z.object({
    segments: z.array(
      z.object({
        source: z.enum(['ocr', 'speech', 'subtitle', 'document']),
        position: z.number().int(),
        page: z.number().int().nullable(),
        startSeconds: z.number().nullable(),
        endSeconds: z.number().nullable(),
        text: z.string(),
        confidence: z.number().nullable().describe('0..1'),
        language: z.string().nullable(),
        words: z.array(
          z.object({
            text: z.string(),
            confidence: z.number().nullable(),
            start: z.number().optional(),
            end: z.number().optional(),
            box: z
              .tuple([z.number(), z.number(), z.number(), z.number()])
              .optional()
              .describe('Left, top, width, height as fractions of the picture.'),
          }),
        ),
      }),
    ),
  }),
});

export const updateAsset = defineRoute({
  id: 'updateAsset',
  method: 'PATCH',
  path: '/assets/:id',
  access: 'asset.update',
  summary: 'Change name, caption, rating or place',
  params: byId,
  body: z.strictObject({
    name: z.string().trim().min(1).max(255).optional(),
    caption: z.string().max(5000).optional(),
    rating: z.number().int().min(1).max(5).nullable().optional(),
    place: z.string().max(200).nullable().optional(),
  }),
  answer: assetDetail,
});

const manyIds = z.array(id).min(1).max(1000);

export const trashAssets = defineRoute({
  id: 'trashAssets',
  method: 'POST',
  path: '/assets/trash',
  access: 'asset.delete',
  summary: 'Put assets into the trash; they can be restored',
  body: z.strictObject({ ids: manyIds }),
  status: 200,
  answer: z.object({ changed: z.number().int() }),
});

export const restoreAssets = defineRoute({
  id: 'restoreAssets',
  method: 'POST',
  path: '/assets/restore',
  access: 'asset.delete',
  summary: 'Take assets out of the trash',
  body: z.strictObject({ ids: manyIds }),
  status: 200,
  answer: z.object({ changed: z.number().int() }),
});

export const getRendition = defineRoute({
  id: 'getRendition',
  method: 'GET',
  path: '/assets/:id/renditions/:kind',
  access: 'asset.read',
  summary: 'Bytes of a rendition, with ranges; immutable under its own `v`',
  params: byId.extend({ kind: z.enum(renditionKinds) }),
  query: z.object({ position: z.coerce.number().int().min(0).default(0), v: z.string().max(80).optional() }),
  answer: 'bytes',
});

export const getOriginal = defineRoute({
  id: 'getOriginal',
  method: 'GET',
  path: '/assets/:id/original',
  access: 'asset.download',
  summary: 'Bytes of the original, with ranges; always as an attachment',
  params: byId,
  answer: 'bytes',
});

export const rerunSteps = defineRoute({
  id: 'rerunSteps',
  method: 'POST',
  path: '/assets/:id/rerun',
  access: 'job.retry',
  summary: 'Run pipeline steps of an asset again, and what depends on them',
  params: byId,
  body: z.strictObject({ steps: z.array(z.enum(pipelineSteps)).min(1).optional().describe('All steps where left out.') }),
  status: 202,
  answer: z.object({ steps: z.array(z.enum(pipelineSteps)) }),
});
