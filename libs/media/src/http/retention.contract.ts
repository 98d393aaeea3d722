import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';
import { settableClasses } from '../retention/domain/retention-class.ts';

const id = z.uuid();
const byId = z.object({ id });
const instant = z.iso.datetime();
const settable = z.enum(settableClasses);
const days = z.number().int().min(1).max(36500).nullable().describe('Null: for ever.');

const amount = z.object({
  assets: z.number().int(),
  objects: z.number().int().describe('Originals and what was made of them.'),
  bytes: z.number().describe('On the disks.'),
});

const deletionRun = z.object({
  id,
  origin: z.enum(['clock', 'asked', 'trash']),
  instant: instant.describe('What was due then is deleted, and nothing that became due later.'),
  askedBy: z.string(),
  askedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  planned: z.number().int().describe('Assets in its journal.'),
  deleted: z.number().int(),
  spared: z.number().int().describe('Held, taken out of the trash, or on their way between tiers.'),
  failed: z.number().int(),
  filesLeft: z.number().int().describe('Deleted assets whose files are still to be unlinked: minutes after the run.'),
  deletedObjects: z.number().int(),
  deletedBytes: z.number(),
  deletedTraces: z
    .number()
    .int()
    .describe('What is no asset: entries of histories, rows of the audit, parts of logs, figures.'),
  traces: z.array(
    z.object({
      class: z.string(),
      state: z.enum(['planned', 'done', 'spared', 'failed']),
      entries: z.number().int().describe('As planned.'),
      removedEntries: z.number().int(),
      removedBytes: z.number(),
      reason: z.string().nullable(),
    }),
  ),
  stopped: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type DeletionRunAnswer = z.input<typeof deletionRun>;

const policy = z.object({
  class: z.string(),
  settable: z.boolean(),
  keepDays: days,
  note: z.string().nullable().describe('Why it cannot be set, or what is not done yet.'),
  assets: z.number().int().nullable().describe('Governed by it at this time; null where it is not about assets.'),
  bytes: z.number().nullable(),
  entries: z.number().int().nullable().describe('Of what is no asset, where that is known at once: parts of logs.'),
  leastDays: z.number().int().nullable().describe('Fewer days are refused.'),
  changedBy: z.string().nullable().describe('Null: as the appliance came.'),
  changedAt: instant.nullable(),
});

const retentionPolicies = z.object({
  items: z.array(policy),
  nextRunAt: instant,
  lastRun: deletionRun.nullable(),
});

export const listRetentionPolicies = defineRoute({
  id: 'listRetentionPolicies',
  method: 'GET',
  path: '/retention/policies',
  access: 'retention.read',
  summary: 'How long things of each class are kept, and when what is due goes next',
  answer: retentionPolicies,
});

const policyChanges = z.partialRecord(settable, days).describe('Days by class; what is left out stays as it is.');

const retentionPreview = z.object({
  digest: z.string().describe('Saving or running repeats it, within ten minutes.'),
  instant,
  total: amount.describe('What would be deleted at the next run.'),
  byClass: z.array(z.object({ class: z.string(), amount })),
  held: amount.describe('Would be deleted, but a legal hold stands.'),
  moving: amount.describe('Would be deleted, but are on their way between tiers: they go at a later run.'),
  traces: z.array(
    z.object({
      class: z.string(),
      entries: z.number().int().describe('Rows or files that would be deleted.'),
      bytes: z.number().nullable(),
      firstAt: instant.nullable().describe('Of the oldest of them.'),
      keptBecause: z.string().nullable().describe('Why they stay although their time is up.'),
    }),
  ),
  firstAt: instant.nullable().describe('When the first asset goes; null: never.'),
});

export const previewRetention = defineRoute({
  id: 'previewRetention',
  method: 'POST',
  path: '/retention/preview',
  access: 'retention.read',
  summary: 'What policies would delete, if they were saved; nothing is deleted by asking',
  body: z.strictObject({ policies: policyChanges.default({}) }),
  status: 200,
  answer: retentionPreview,
});

export const saveRetentionPolicies = defineRoute({
  id: 'saveRetentionPolicies',
  method: 'PUT',
  path: '/retention/policies',
  access: 'retention.update',
  summary: 'Save policies that were previewed; refused where the preview is old or would be another by now',
  body: z.strictObject({ policies: policyChanges, digest: z.string().max(100) }),
  answer: retentionPolicies,
});

export const listDeletionRuns = defineRoute({
  id: 'listDeletionRuns',
  method: 'GET',
  path: '/retention/runs',
  access: 'retention.read',
  summary: 'The last runs that deleted, newest first, with their progress',
  answer: z.object({ items: z.array(deletionRun) }),
});

export const runRetention = defineRoute({
  id: 'runRetention',
  method: 'POST',
  path: '/retention/runs',
  access: 'retention.update',
  summary: 'Delete now what is due by the policies as they are, as a preview without changes showed it',
  body: z.strictObject({ digest: z.string().max(100) }),
  status: 202,
  idempotent: true,
  answer: deletionRun,
});

export const listDeletionItems = defineRoute({
  id: 'listDeletionItems',
  method: 'GET',
  path: '/retention/runs/:id/items',
  access: 'retention.read',
  summary: 'The journal of a run: each asset, why it went, or why it did not',
  params: byId,
  query: pageQuery,
  answer: pageOf(
    z.object({
      assetId: id,
      class: z.string(),
      dueAt: instant,
      bytes: z.number(),
      state: z.enum(['planned', 'files-noted', 'done', 'spared', 'failed']),
      reason: z.string().nullable(),
      updatedAt: instant,
    }),
  ),
});

export const emptyTrash = defineRoute({
  id: 'emptyTrash',
  method: 'POST',
  path: '/trash/empty',
  access: 'retention.update',
  summary: 'Delete for good what is in the trash; what is held stays there',
  body: z.strictObject({
    assets: z.number().int().min(1).describe('How many assets go, as the asker saw it: refused where it is another number.'),
  }),
  status: 202,
  idempotent: true,
  answer: deletionRun,
});

export const getTrash = defineRoute({
  id: 'getTrash',
  method: 'GET',
  path: '/trash',
  access: 'asset.read',
  summary: 'How much is in the trash, how long it stays there, and when the first of it goes',
  answer: z.object({
    keepDays: days,
    assets: z.number().int(),
    bytes: z.number().describe('Of the originals.'),
    heldAssets: z.number().int().describe('Stay for as long as their holds stand.'),
    firstAt: instant.nullable(),
  }),
});

const hold = z.object({
  id,
  name: z.string(),
  reason: z.string(),
  collection: z
    .object({ id, name: z.string().nullable().describe('Null: the collection is gone, its assets stay held.') })
    .nullable()
    .describe('What is put into it is held too.'),
  assets: z.number().int(),
  bytes: z.number().describe('Of the originals.'),
  placedBy: z.string(),
  placedAt: instant,
  releasedBy: z.string().nullable(),
  releasedAt: instant.nullable(),
  releaseReason: z.string().nullable(),
});
export type HoldAnswer = z.input<typeof hold>;

export const listHolds = defineRoute({
  id: 'listHolds',
  method: 'GET',
  path: '/holds',
  access: 'retention.read',
  summary: 'Legal holds, those that stand first',
  answer: z.object({ items: z.array(hold) }),
});

const assetIds = z.array(id).min(1).max(1000);
const why = z.string().trim().min(1).max(2000);

export const placeHold = defineRoute({
  id: 'placeHold',
  method: 'POST',
  path: '/holds',
  access: 'hold.update',
  summary: 'Forbid the deletion of assets, or of all that is and comes into a collection',
  body: z
    .strictObject({
      name: z.string().trim().min(1).max(200),
      reason: why,
      assetIds: assetIds.optional(),
      collectionId: id.optional(),
    })
    .refine(({ assetIds: ids, collectionId }) => (ids === undefined) !== (collectionId === undefined), {
      message: 'Name either assets or a collection.',
    }),
  idempotent: true,
  answer: hold,
});

export const addToHold = defineRoute({
  id: 'addToHold',
  method: 'POST',
  path: '/holds/:id/assets',
  access: 'hold.update',
  summary: 'Put more assets under a hold that stands',
  params: byId,
  body: z.strictObject({ ids: assetIds }),
  status: 200,
  answer: hold,
});

export const releaseHold = defineRoute({
  id: 'releaseHold',
  method: 'POST',
  path: '/holds/:id/release',
  access: 'hold.update',
  summary: 'Release a hold; what no other hold keeps may be deleted again',
  params: byId,
  body: z.strictObject({ reason: why }),
  status: 200,
  answer: hold,
});

export const getAssetRetention = defineRoute({
  id: 'getAssetRetention',
  method: 'GET',
  path: '/assets/:id/retention',
  access: 'asset.read',
  summary: 'How long an asset stays: who holds it and why, and when it goes for good',
  params: byId,
  answer: z.object({
    holds: z.array(z.object({ id, name: z.string(), reason: z.string(), placedBy: z.string(), placedAt: instant })),
    held: z.boolean().describe('By a hold on it, or on bytes that it shares.'),
    due: z
      .object({ class: z.string(), at: instant })
      .nullable()
      .describe('When its time is up, and by which class; it goes at the next run after that unless it is held.'),
  }),
});
