import { z } from 'zod';
import { defineRoute, pageQuery } from '#kernel';

const id = z.uuid();
const kinds = ['image', 'video', 'audio', 'document', 'text', 'unknown'] as const;
/** Any text but NUL, which PostgreSQL cannot hold. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !text.includes('\u0000'), 'no NUL character');
const orientations = ['landscape', 'portrait', 'square'] as const;

export const searchFilters = z.strictObject({
  kinds: z.array(z.enum(kinds)).max(kinds.length).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  place: words(200).optional(),
  near: z
    .strictObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      radiusKm: z.number().positive().max(20000),
    })
    .optional(),
  cameras: z.array(words(200)).max(50).optional(),
  orientations: z.array(z.enum(orientations)).max(orientations.length).optional(),
  tagIds: z.array(id).max(50).optional().describe('All of them.'),
  collectionId: id.optional(),
  minRating: z.number().int().min(1).max(5).optional(),
});

export const searchQuery = z.strictObject({
  text: z.string().max(500).default(''),
  similarTo: id.optional().describe('An asset that the hits should look like.'),
  filters: searchFilters.default({}),
  sort: z.enum(['relevance', 'newest', 'oldest', 'name', 'size']).default('relevance'),
});

export const searchReason = z.object({
  kind: z.enum([
    'name',
    'tag',
    'caption',
    'picture-text',
    'speech',
    'subtitle',
    'document-text',
    'metadata',
    'meaning',
    'similar',
    'filter',
  ]),
  text: z.string().describe('The reason in words, e.g. "spoken at 00:41"; matched words of an excerpt lie between « and ».'),
  excerpt: z.string().nullable().describe('null also while the text is locked away or damaged; `text` says so.'),
  atSeconds: z.number().nullable().describe('Where to open the player.'),
  page: z.number().int().nullable(),
});

/** As on the tiles of the library: the `v` of each picture's address. */
const pictureVersion = z.string().optional();

export const searchHit = z.object({
  id,
  name: z.string(),
  type: z.enum(kinds),
  score: z.number().describe('0..1, fused over all ways of finding.'),
  reasons: z.array(searchReason),
  shownAt: z.iso.datetime(),
  aspectRatio: z.number(),
  durationSeconds: z.number().nullable(),
  thumbhash: z.string().nullable(),
  pictures: z.object({
    thumbnail: pictureVersion,
    preview: pictureVersion,
    poster: pictureVersion,
    'hover-strip': pictureVersion,
  }),
  version: z.number().int(),
});

export const searchAssets = defineRoute({
  id: 'searchAssets',
  method: 'POST',
  path: '/search',
  access: 'search.read',
  summary: 'One ranked answer over words, meaning and likeness, with the reasons of each hit',
  body: searchQuery.extend({
    limit: z.number().int().min(1).max(200).default(50),
    cursor: pageQuery.shape.cursor,
    facets: z.boolean().default(true),
    remember: z.boolean().default(true),
  }),
  status: 200,
  answer: z.object({
    hits: z.array(searchHit),
    nextCursor: z.string().nullable(),
    total: z.number().int().describe('Assets that match the words or filters, and the 200 nearest by meaning or likeness.'),
    facets: z
      .object({
        kinds: z.array(z.object({ value: z.enum(kinds), count: z.number().int() })),
        years: z.array(z.object({ value: z.string(), count: z.number().int() })),
        cameras: z.array(z.object({ value: z.string(), count: z.number().int() })),
        tags: z.array(z.object({ id, name: z.string(), count: z.number().int() })),
        orientations: z.array(z.object({ value: z.enum(orientations), count: z.number().int() })),
      })
      .nullable(),
    unavailable: z
      .array(z.object({ way: z.enum(['meaning', 'similar']), reason: z.string() }))
      .describe('Ways of finding that could not be used, and what would enable them.'),
    tookMs: z.number(),
    plan: z
      .object({ words: z.string(), vectors: z.string() })
      .describe('How the planner answered: exact, ann or none, with its figures.'),
  }),
});

export const similarAssets = defineRoute({
  id: 'similarAssets',
  method: 'GET',
  path: '/assets/:id/similar',
  access: 'search.read',
  summary: 'Assets that look like this one, nearest first',
  params: z.object({ id }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(24) }),
  answer: z.object({
    hits: z.array(searchHit).describe('Only what is more alike than chance; none is an answer too.'),
    unavailable: z.string().nullable().describe('Why likeness could not be searched, and what would enable it.'),
    remark: z.string().nullable().describe('For people, where nothing looks like it: "Nothing looks like this yet: …".'),
  }),
});

export const suggestSearches = defineRoute({
  id: 'suggestSearches',
  method: 'GET',
  path: '/search/suggestions',
  access: 'search.read',
  summary: 'Completions while typing: own history, tags, names',
  query: z.object({ text: z.string().max(200).default('') }),
  answer: z.object({
    items: z.array(z.object({ text: z.string(), kind: z.enum(['history', 'tag', 'name', 'camera', 'place']) })),
  }),
});

export const listSearchHistory = defineRoute({
  id: 'listSearchHistory',
  method: 'GET',
  path: '/search/history',
  access: 'search.read',
  summary: 'The own recent searches',
  answer: z.object({
    items: z.array(z.object({ text: z.string(), query: searchQuery, hits: z.number().int(), searchedAt: z.iso.datetime() })),
  }),
});

export const clearSearchHistory = defineRoute({
  id: 'clearSearchHistory',
  method: 'DELETE',
  path: '/search/history',
  access: 'search.read',
  summary: 'Forget the own search history',
  answer: 'none',
});

const savedSearch = z.object({ id, name: z.string(), query: searchQuery, createdAt: z.iso.datetime() });

export const listSavedSearches = defineRoute({
  id: 'listSavedSearches',
  method: 'GET',
  path: '/search/saved',
  access: 'search.read',
  summary: 'The own saved searches',
  answer: z.object({ items: z.array(savedSearch) }),
});

export const createSavedSearch = defineRoute({
  id: 'createSavedSearch',
  method: 'POST',
  path: '/search/saved',
  access: 'search.read',
  summary: 'Save a search under a name',
  body: z.strictObject({ name: z.string().trim().min(1).max(200), query: searchQuery }),
  answer: savedSearch,
  idempotent: true,
});

export const deleteSavedSearch = defineRoute({
  id: 'deleteSavedSearch',
  method: 'DELETE',
  path: '/search/saved/:id',
  access: 'search.read',
  summary: 'Delete a saved search',
  params: z.object({ id }),
  answer: 'none',
});
