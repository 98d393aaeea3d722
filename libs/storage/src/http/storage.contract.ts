import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';
import { objectClasses } from '../mover/domain/candidate.ts';
import { moveStates } from '../mover/domain/move-state.ts';
import { moveRules } from '../mover/domain/policy.ts';
import { tierStates } from '../tiers/domain/tier.ts';
import { healthStates } from '../tiers/domain/tier-health.ts';

const instant = z.iso.datetime();
const bytes = z.number().describe('Bytes.');
const tierName = z.string();

const tierHealth = z.object({
  part: z.string().describe('A disk (`/dev/sda`), an array (`md0`) or the file system.'),
  state: z.enum(healthStates),
  message: z.string(),
});

const tier = z.object({
  name: tierName,
  state: z.enum(tierStates),
  reason: z.string().nullable().describe('Why it is not ready.'),
  totalBytes: bytes.nullable(),
  freeBytes: bytes.nullable(),
  usedPercent: z.number().nullable(),
  totalInodes: z.number().nullable(),
  freeInodes: z.number().nullable(),
  lowPercent: z.number(),
  highPercent: z.number(),
  criticalPercent: z.number(),
  minFreeBytes: bytes,
  residenceHours: z.number(),
  parallelMoves: z.number().int(),
  objects: z.number().int().describe('Objects that lie here, of all organisations.'),
  objectBytes: bytes,
  originalBytes: bytes,
  renditionBytes: bytes,
  damagedObjects: z.number().int(),
  reservedBytes: bytes.describe('Bytes that moves in hand will still write here.'),
  writtenTodayBytes: bytes.describe('Bytes that moves have written here in the last 24 hours.'),
  maxWriteBytesPerDay: bytes.nullable(),
  fileSystemType: z.string().nullable(),
  fileSystemUuid: z.string().nullable(),
  sharesFileSystemWith: z.array(tierName).describe('Moving between these makes no room.'),
  health: z.array(tierHealth),
  oldestVerifiedAt: instant
    .nullable()
    .describe('When the object whose last check is longest ago was checked; null where some never were.'),
});

const moverRun = z.object({
  id: z.uuid(),
  digest: z.string(),
  origin: z.enum(['asked', 'pressure', 'window']),
  askedBy: z.string(),
  askedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  plannedMoves: z.number().int(),
  plannedBytes: bytes,
  doneMoves: z.number().int(),
  doneBytes: bytes,
  failedMoves: z.number().int(),
  stopped: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it did less than planned.'),
});
export type MoverRunAnswer = z.input<typeof moverRun>;

export const listTiers = defineRoute({
  id: 'listTiers',
  method: 'GET',
  path: '/storage/tiers',
  access: 'storage.read',
  summary: 'Every tier: whether it is there, how full it is, what lies on it and how its disks are',
  answer: z.object({
    items: z.array(tier),
    mover: z.object({
      enabled: z.boolean(),
      window: z.object({ from: z.string(), to: z.string() }),
      nextWindowAt: instant,
      lastRun: moverRun.nullable(),
      activeMoves: z.number().int(),
      strayFiles: z.number().int().describe('Files on tiers that no row knows.'),
    }),
  }),
});

/** What an object is part of. */
export const objectSubject = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.string().describe('Of the asset: `image`, `video`, …'),
  part: z.enum(['original', 'rendition']).describe('Its original, or something that was made of it.'),
});
const ofAsset = objectSubject
  .nullable()
  .describe('The asset that the object is part of; null where there is none, or the caller may not see assets.');

const plannedMove = z.object({
  objectId: z.uuid(),
  asset: ofAsset,
  from: tierName,
  to: tierName,
  bytes,
  rule: z.enum(moveRules),
  reason: z.string(),
});

export const planMoves = defineRoute({
  id: 'planMoves',
  method: 'GET',
  path: '/storage/plan',
  access: 'storage.read',
  summary: 'What would move now, or in the next window, and why; nothing moves by asking',
  query: z.object({ when: z.enum(['now', 'tonight']).default('now') }),
  answer: z.object({
    digest: z.string().describe('Names exactly this plan: a run with it does this or nothing. Only for plans of now.'),
    when: z.enum(['now', 'tonight']),
    plannedFor: instant,
    totalMoves: z.number().int().describe('Of all organisations.'),
    totalBytes: bytes,
    groups: z.array(
      z.object({ rule: z.enum(moveRules), from: tierName, to: tierName, reason: z.string(), moves: z.number().int(), bytes }),
    ),
    moves: z.array(plannedMove).describe('The first 200 of this organisation, in their order.'),
    skipped: z.array(z.object({ reason: z.string(), count: z.number().int(), bytes })),
    reasons: z.array(z.string()).describe('What was found about each tier, in sentences.'),
  }),
});

export const runMoves = defineRoute({
  id: 'runMoves',
  method: 'POST',
  path: '/storage/run',
  access: 'storage.update',
  summary: 'Carry out a plan that was looked at; refused where it would be another by now',
  body: z.strictObject({ digest: z.string().max(100) }),
  status: 202,
  idempotent: true,
  answer: moverRun,
});

export const listMoverRuns = defineRoute({
  id: 'listMoverRuns',
  method: 'GET',
  path: '/storage/runs',
  access: 'storage.read',
  summary: 'The last runs of the mover, newest first, with their progress',
  answer: z.object({ items: z.array(moverRun) }),
});

const move = z.object({
  id: z.uuid(),
  objectId: z.uuid(),
  from: tierName,
  to: tierName,
  bytes,
  rule: z.enum(moveRules),
  reason: z.string(),
  state: z.enum(moveStates),
  attempt: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  plannedAt: instant,
  committedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
export type MoveAnswer = z.input<typeof move>;

export const listMoves = defineRoute({
  id: 'listMoves',
  method: 'GET',
  path: '/storage/moves',
  access: 'storage.read',
  summary: 'Moves of the organisation’s objects, newest first: in hand, done and failed',
  query: pageQuery.extend({ state: z.enum(['active', 'ended', 'failed']).optional() }),
  answer: pageOf(move.extend({ asset: ofAsset })),
});

/** Where an object lies and why; the portal shows the sentences as they are. */
export const explanationSchema = z.object({
  objectId: z.uuid(),
  class: z.enum(objectClasses),
  bytes,
  tier: tierName,
  placedAt: instant,
  usedAt: instant.describe('Last stored or read.'),
  idleHours: z.number(),
  recentReads: z.number().int(),
  pinnedTier: tierName.nullable(),
  neverMove: z.boolean(),
  held: z.boolean().describe('Never deleted; moves like any other.'),
  damage: z.string().nullable(),
  verifiedAt: instant.nullable(),
  why: z.array(z.string()).describe('Why it is where it is, in sentences.'),
  next: z
    .object({ rule: z.enum(moveRules), to: tierName, dueAt: instant.nullable(), sentence: z.string() })
    .nullable()
    .describe('Which rule moves it next, where to and from when; null where none does.'),
  history: z.array(move).describe('Its last ten moves, newest first.'),
});

export const explainObject = defineRoute({
  id: 'explainObject',
  method: 'GET',
  path: '/storage/explain/:objectId',
  access: 'storage.read',
  summary: 'Why an object lies where it does, which rule moves it next, and when',
  params: z.object({ objectId: z.uuid() }),
  answer: explanationSchema,
});

/** What people may wish for an object; what is left out stays as it is. */
export const placementWishes = z.strictObject({
  pinnedTier: tierName.nullable().optional().describe('Stay on this tier; null lets it go.'),
  neverMove: z.boolean().optional(),
});
export type PlacementWishes = z.output<typeof placementWishes>;

export const pinObject = defineRoute({
  id: 'pinObject',
  method: 'PATCH',
  path: '/storage/objects/:objectId',
  access: 'storage.update',
  summary: 'Pin an object to a tier, or keep it from moving',
  params: z.object({ objectId: z.uuid() }),
  body: placementWishes,
  answer: explanationSchema,
});

const range = z.object({
  soonest: z.number().nullable(),
  likely: z.number().nullable(),
  latest: z.number().nullable().describe('Null: not at this pace.'),
});

export const forecastTiers = defineRoute({
  id: 'forecastTiers',
  method: 'GET',
  path: '/storage/forecast',
  access: 'storage.read',
  summary: 'When each tier will be full, as a range of days',
  answer: z.object({
    items: z.array(
      z.object({
        tier: tierName,
        state: z.enum(['known', 'not-enough-history']),
        message: z.string(),
        samples: z.number().int(),
        spanDays: z.number(),
        growthBytesPerDay: range.nullable(),
        daysToHigh: range.nullable(),
        daysToFull: range.nullable(),
      }),
    ),
  }),
});

export const listAges = defineRoute({
  id: 'listAges',
  method: 'GET',
  path: '/storage/ages',
  access: 'storage.read',
  summary: 'Bytes on each tier by how long nobody has used them',
  answer: z.object({
    bands: z.array(z.object({ label: z.string(), fromHours: z.number(), toHours: z.number().nullable() })),
    items: z.array(
      z.object({ tier: tierName, band: z.number().int().describe('Index in `bands`.'), objects: z.number().int(), bytes }),
    ),
  }),
});

export const listFlows = defineRoute({
  id: 'listFlows',
  method: 'GET',
  path: '/storage/flows',
  access: 'storage.read',
  summary: 'Bytes moved between tiers on each of the last 30 days',
  answer: z.object({
    items: z.array(z.object({ day: z.iso.date(), from: tierName, to: tierName, moves: z.number().int(), bytes })),
  }),
});

export const listStorageProblems = defineRoute({
  id: 'listStorageProblems',
  method: 'GET',
  path: '/storage/problems',
  access: 'storage.read',
  summary: 'Objects of the organisation that are damaged or missing, and how many files no row knows',
  answer: z.object({
    damaged: z.array(z.object({ objectId: z.uuid(), tier: tierName, bytes, damage: z.string() })).describe('At most 500.'),
    stray: z.array(z.object({ tier: tierName, kind: z.string(), files: z.number().int(), bytes })),
  }),
});
