import type { Answer, SearchHit, Tile } from '../src/api/types.ts';
import { type Handler, MockProblem, type Routes } from './call.ts';
import { idOf, numberOf } from './random.ts';

/** A tile as a hit, with reasons that go with its kind. */
export function hitOf(tile: Tile, text: string, rank: number): SearchHit {
  const timed = tile.durationSeconds !== null;
  const reasons: SearchHit['reasons'] = [];
  if (timed)
    for (const second of [4.2, 27.3, 33.6].slice(0, 1 + (numberOf(tile.id) % 3)))
      reasons.push({
        kind: 'speech',
        text: `spoken at 0:${String(Math.floor(second)).padStart(2, '0')}`,
        excerpt: `We begin with the launch of the new «${text || 'rocket'}» in early spring.`,
        atSeconds: second,
        page: null,
      });
  if (tile.kind === 'document')
    reasons.push({
      kind: 'document-text',
      text: 'text on page 2',
      excerpt: `…as the «${text}» office confirmed in writing…`,
      atSeconds: null,
      page: 2,
    });
  if (tile.kind === 'image')
    reasons.push(
      rank % 3 === 0
        ? { kind: 'picture-text', text: 'text in picture', excerpt: `HARBOUR OFFICE «${text}»`, atSeconds: null, page: null }
        : { kind: 'name', text: 'in its name', excerpt: tile.name.replace(text, `«${text}»`), atSeconds: null, page: null },
    );
  if (rank % 2 === 0) reasons.push({ kind: 'similar', text: 'similar colours', excerpt: null, atSeconds: null, page: null });
  const { id, name, shownAt, aspectRatio, durationSeconds, thumbhash, pictures, version } = tile;
  return {
    id,
    name,
    type: tile.kind,
    score: Number((0.97 / (1 + rank / 20)).toFixed(3)),
    reasons,
    shownAt,
    aspectRatio,
    durationSeconds,
    thumbhash,
    pictures,
    version,
  };
}

const search: Handler = async ({ body, world }) => {
  const text = String(body.text ?? '');
  if (text === 'fail')
    throw new MockProblem(
      500,
      'INTERNAL',
      'The search index could not be read.',
      'Try again; if it stays, give the correlation id to your administrator.',
    );
  if (text === 'slow') await new Promise((resolve) => setTimeout(resolve, 4000));
  const filters = (body.filters ?? {}) as { kinds?: string[]; minRating?: number };
  const fitting = world.tiles.filter(
    (tile) =>
      (text === '' || text.length > 20 ? text === '' : tile.name.includes(text.toLowerCase()) || tile.kind === 'video') &&
      (!filters.kinds || filters.kinds.includes(tile.kind)) &&
      (tile.rating ?? 0) >= (filters.minRating ?? 0),
  );
  const first = Number(body.cursor ?? 0);
  const count = (value: (tile: Tile) => string) => {
    const counts = new Map<string, number>();
    for (const tile of fitting) counts.set(value(tile), (counts.get(value(tile)) ?? 0) + 1);
    return [...counts].map(([entry, number]) => ({ value: entry, count: number })).sort((a, b) => b.count - a.count);
  };
  const found: Answer<'searchAssets'> = {
    hits: fitting.slice(first, first + 60).map((tile, rank) => hitOf(tile, text, first + rank)),
    nextCursor: first + 60 < fitting.length ? String(first + 60) : null,
    total: fitting.length,
    facets:
      body.facets === false
        ? null
        : {
            kinds: count((tile) => tile.kind) as never,
            years: count((tile) => tile.shownAt.slice(0, 4)).sort((a, b) => b.value.localeCompare(a.value)),
            cameras: [
              { value: 'Fujifilm X100V', count: 40 },
              { value: 'Canon EOS R6', count: 31 },
            ],
            tags: world.tags.slice(0, 6).map(({ id, name }, place) => ({ id, name, count: 60 - place * 9 })),
            orientations: [
              { value: 'landscape', count: 300 },
              { value: 'portrait', count: 120 },
            ],
          },
    unavailable: [
      {
        way: 'meaning',
        reason: 'No text–image model is imported. Import one of the CLIP or SigLIP family to search by meaning.',
      },
    ],
    tookMs: 4.3,
    plan: { words: 'exact', vectors: 'none' },
  };
  return { body: found };
};

/** Searching, and what is kept of it. */
export const searchRoutes: Routes = [
  ['POST', /^\/search$/, search],
  [
    'GET',
    /^\/search\/suggestions$/,
    ({ query, world }) => {
      const text = query.get('text') ?? '';
      const all = [
        { text: 'rocket', kind: 'history' },
        { text: 'harbour at night', kind: 'history' },
        ...world.tags.map((tag) => ({ text: tag.name, kind: 'tag' })),
      ];
      return { body: { items: all.filter((item) => item.text.includes(text.toLowerCase())).slice(0, 6) } };
    },
  ],
  [
    'GET',
    /^\/search\/history$/,
    () => ({
      body: {
        items: ['rocket', 'harbour', 'interview'].map((text, order) => ({
          text,
          query: { text, filters: {}, sort: 'relevance' },
          hits: 420 - order * 90,
          searchedAt: new Date(Date.now() - order * 7_200_000).toISOString(),
        })),
      },
    }),
  ],
  ['DELETE', /^\/search\/history$/, () => ({})],
  ['GET', /^\/search\/saved$/, ({ world }) => ({ body: { items: world.saved } })],
  [
    'POST',
    /^\/search\/saved$/,
    ({ world, body }) => {
      const made = {
        id: idOf(4, world.saved.length + 1),
        createdAt: new Date().toISOString(),
        ...(body as { name: string; query: never }),
      };
      world.saved.push(made);
      return { status: 201, body: made };
    },
  ],
  [
    'DELETE',
    /^\/search\/saved\/([^/]+)$/,
    ({ world }, id = '') => {
      world.saved = world.saved.filter((saved) => saved.id !== id);
      return {};
    },
  ],
];
