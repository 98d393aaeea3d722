import { z } from 'zod';
import { defineRoute } from '#kernel';

const subject = { kind: z.enum(['person', 'collection', 'asset']), id: z.uuid() };

const reach = z.object({
  assets: z.number().int().describe('Assets that would go for good.'),
  bytes: z.number(),
  shared: z.number().int().describe('Assets that somebody else brought, too: they stay, and are that person’s from then on.'),
  held: z.number().int().describe('Assets under a legal hold: as long as there are any, nothing is erased.'),
});

export const erasureAnswer = z.object({
  id: z.uuid(),
  ...{ subjectKind: subject.kind, subjectId: subject.id },
  state: z.enum(['handing-over', 'removing', 'destroying', 'done']),
  reason: z.string(),
  assets: z.number().int(),
  objects: z.number().int(),
  bytes: z.number(),
  handedOver: z.number().int(),
  error: z.string().nullable().describe('Why it does not get on; it is tried again.'),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  certificate: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Signed; docs/formats/erasure.md says how to verify it. Null until it is done, and where nothing was sealed.'),
});

export const previewErasure = defineRoute({
  id: 'previewErasure',
  method: 'GET',
  path: '/erasures/preview',
  access: 'erasure.read',
  summary: 'What erasing a person, a collection or an asset would take',
  query: z.strictObject(subject),
  answer: reach,
});

export const requestErasure = defineRoute({
  id: 'requestErasure',
  method: 'POST',
  path: '/erasures',
  access: 'erasure.update',
  summary: 'Erase a person, a collection or an asset for good; it cannot be stopped or undone',
  body: z.strictObject({
    ...subject,
    assets: z.number().int().nonnegative().describe('As the preview told: refused where it is another number now.'),
    reason: z.string().trim().max(1000).default(''),
  }),
  status: 202,
  answer: erasureAnswer,
});

export const listErasures = defineRoute({
  id: 'listErasures',
  method: 'GET',
  path: '/erasures',
  access: 'erasure.read',
  summary: 'Erasures, the latest first',
  answer: z.object({ items: z.array(erasureAnswer) }),
});

export const getErasure = defineRoute({
  id: 'getErasure',
  method: 'GET',
  path: '/erasures/:id',
  access: 'erasure.read',
  summary: 'How far an erasure is, and its certificate',
  params: z.strictObject({ id: z.uuid() }),
  answer: erasureAnswer,
});
