import { z } from 'zod';
import { defineRoute, defineSocketEvent } from '#kernel';

const id = z.uuid();
const byId = z.object({ id });
const manyIds = z.array(id).min(1).max(1000);

const tag = z.object({ id, name: z.string(), assets: z.number().int() });

export const listTags = defineRoute({
  id: 'listTags',
  method: 'GET',
  path: '/tags',
  access: 'tag.read',
  summary: 'All tags with the number of assets that carry them',
  query: z.object({ text: z.string().max(100).optional().describe('Only tags whose name contains this.') }),
  answer: z.object({ items: z.array(tag) }),
});

export const createTag = defineRoute({
  id: 'createTag',
  method: 'POST',
  path: '/tags',
  access: 'tag.update',
  summary: 'Make a tag; one of the same name (whatever its case or accents) is answered instead of made twice',
  body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
  answer: tag,
  idempotent: true,
});

export const renameTag = defineRoute({
  id: 'renameTag',
  method: 'PATCH',
  path: '/tags/:id',
  access: 'tag.update',
  summary: 'Rename a tag',
  params: byId,
  body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
  answer: tag,
});

export const deleteTag = defineRoute({
  id: 'deleteTag',
  method: 'DELETE',
  path: '/tags/:id',
  access: 'tag.update',
  summary: 'Delete a tag from every asset',
  params: byId,
  answer: 'none',
});

export const tagAssets = defineRoute({
  id: 'tagAssets',
  method: 'POST',
  path: '/tags/:id/assets',
  access: 'tag.update',
  summary: 'Confirm, reject or remove a tag on assets',
  params: byId,
  body: z.strictObject({ ids: manyIds, action: z.enum(['confirm', 'reject', 'remove']) }),
  status: 200,
  answer: z.object({ changed: z.number().int() }),
});

const collection = z.object({
  id,
  name: z.string(),
  description: z.string(),
  assets: z.number().int(),
  covers: z
    .array(z.object({ id, v: z.string() }))
    .describe('Up to four assets whose thumbnails stand for it, with the `v` of their addresses.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const listCollections = defineRoute({
  id: 'listCollections',
  method: 'GET',
  path: '/collections',
  access: 'collection.read',
  summary: 'All collections, most recently changed first',
  answer: z.object({ items: z.array(collection) }),
});

export const getCollection = defineRoute({
  id: 'getCollection',
  method: 'GET',
  path: '/collections/:id',
  access: 'collection.read',
  summary: 'One collection; its assets are `GET /assets?collection=`',
  params: byId,
  answer: collection,
});

export const createCollection = defineRoute({
  id: 'createCollection',
  method: 'POST',
  path: '/collections',
  access: 'collection.update',
  summary: 'Make a collection',
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    description: z.string().max(5000).default(''),
    assetIds: z.array(id).max(1000).default([]),
  }),
  answer: collection,
  idempotent: true,
});

export const updateCollection = defineRoute({
  id: 'updateCollection',
  method: 'PATCH',
  path: '/collections/:id',
  access: 'collection.update',
  summary: 'Rename or describe a collection',
  params: byId,
  body: z.strictObject({ name: z.string().trim().min(1).max(200).optional(), description: z.string().max(5000).optional() }),
  answer: collection,
});

export const deleteCollection = defineRoute({
  id: 'deleteCollection',
  method: 'DELETE',
  path: '/collections/:id',
  access: 'collection.update',
  summary: 'Delete a collection; its assets stay',
  params: byId,
  answer: 'none',
});

export const changeCollectionAssets = defineRoute({
  id: 'changeCollectionAssets',
  method: 'POST',
  path: '/collections/:id/assets',
  access: 'collection.update',
  summary: 'Add assets to a collection or take them out',
  params: byId,
  body: z.strictObject({ ids: manyIds, action: z.enum(['add', 'remove']) }),
  status: 200,
  answer: z.object({ changed: z.number().int() }),
});

export const collectionChanged = defineSocketEvent({
  name: 'collection.changed',
  permission: 'collection.read',
  payload: z.object({ id }),
});
