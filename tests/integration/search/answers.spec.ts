import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAs } from '#kernel';
import type { SearchRequest } from '#search';
import { asMember, type Library, memberOf, openLibrary } from './library.ts';

let library: Library;
let organisation: string;
let other: string;
const ids: string[] = [];
const tags: Record<string, string> = {};
let collection: string;

beforeAll(async () => {
  library = await openLibrary();
  [organisation, other] = [await library.addOrganisation(), await library.addOrganisation()];
  await asMember(organisation, async () => {
    for (let number = 0; number < 30; number++)
      ids.push(
        await library.addAsset({
          // Every third has a name and size of its own; the rest tie, so that pages must break ties.
          name: number % 3 === 0 ? `Harbour ${String(number).padStart(2, '0')}.jpg` : 'harbour.jpg',
          kind: number % 5 === 0 ? 'video' : 'image',
          camera: number % 2 === 0 ? 'Leica M6' : 'Nikon FM2',
          orientation: number % 4 === 0 ? 'portrait' : 'landscape',
          rating: number % 6 === 0 ? 5 : undefined,
          shownAt: `20${20 + (number % 3)}-06-15`,
          sizeBytes: number % 3 === 0 ? 1000 + number : 7,
          tags: number < 10 ? ['boat', 'sea'] : number < 15 ? ['boat'] : [],
          place: number === 3 ? 'Hamburg, Germany' : undefined,
          latitude: number === 3 ? 53.54 : number === 4 ? -17.7 : undefined,
          longitude: number === 3 ? 9.99 : number === 4 ? 179.9 : undefined,
        }),
      );
    ids.push(await library.addAsset({ name: 'harbour trashed.jpg', trashed: true, tags: ['boat'] }));
    const rows = await library.tenant.run((sql) => sql.rows<{ id: string; name: string }>('SELECT id, name FROM tag'));
    for (const { id, name } of rows) tags[name] = id;
    collection = await library.tenant.run(async (sql) => {
      const made = randomUUID();
      await sql.run(`INSERT INTO collection (organisation_id, id, name) VALUES (current_organisation(), $1, 'best')`, [made]);
      await sql.run(
        `INSERT INTO collection_asset (organisation_id, collection_id, asset_id) SELECT current_organisation(), $1, unnest($2::uuid[])`,
        [made, ids.slice(8, 14)],
      );
      return made;
    });
  });
  await asMember(other, async () => {
    await library.addAsset({ name: 'harbour secret.jpg', tags: ['boat', 'classified'], camera: 'Spycam', place: 'Bunker' });
  });
});
afterAll(() => library?.close());

const search = (request: Partial<SearchRequest>) => asMember(organisation, () => library.search(request));

async function allPages(request: Partial<SearchRequest>, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await search({ ...request, limit, cursor });
    found.push(...page.hits.map((hit) => hit.id));
    expect(page.hits.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

const sorts = ['relevance', 'newest', 'oldest', 'name', 'size'] as const;
test.each(sorts.flatMap((sort) => ['harbour', ''].map((text) => [sort, text] as const)))(
  'pages sorted by %s of %j neither repeat nor skip',
  async (sort, text) => {
    const whole = (await search({ text, sort, limit: 200 })).hits.map((hit) => hit.id);
    expect([...whole].sort()).toEqual(ids.slice(0, 30).sort());
    for (const limit of [1, 7, 30]) expect(await allPages({ text, sort }, limit)).toEqual(whole);
  },
);

test('sorting by name and size does', async () => {
  const byName = (await search({ text: 'harbour', sort: 'name' })).hits.map((hit) => hit.name.toLowerCase());
  expect(byName).toEqual([...byName].sort());
  expect((await search({ sort: 'size' })).hits[0]?.id).toBe(ids[27]);
});

test('a cursor of another search, or no cursor at all, is refused', async () => {
  const { nextCursor } = await search({ text: 'harbour', limit: 5 });
  await expect(search({ text: 'boat', cursor: nextCursor ?? '' })).rejects.toMatchObject({ code: 'SEARCH_CURSOR_INVALID' });
  const forged = Buffer.from(JSON.stringify(['x', "1'; --", ids[0]])).toString('base64url');
  for (const cursor of ['', 'nonsense', forged])
    if (cursor) await expect(search({ cursor })).rejects.toMatchObject({ kind: 'invalid' });
});

const numbered = (test: (number: number) => boolean) =>
  ids
    .slice(0, 30)
    .filter((_, number) => test(number))
    .sort();
test.each<[string, () => SearchRequest['filters'], (number: number) => boolean]>([
  ['kind', () => ({ kinds: ['video'] }), (number) => number % 5 === 0],
  ['camera', () => ({ cameras: ['Leica M6'] }), (number) => number % 2 === 0],
  ['orientation', () => ({ orientations: ['portrait'] }), (number) => number % 4 === 0],
  ['rating', () => ({ minRating: 4 }), (number) => number % 6 === 0],
  ['days', () => ({ from: '2021-06-15', to: '2021-06-15' }), (number) => number % 3 === 1],
  ['one tag', () => ({ tagIds: [tags.boat ?? ''] }), (number) => number < 15],
  ['all tags', () => ({ tagIds: [tags.boat ?? '', tags.sea ?? ''] }), (number) => number < 10],
  ['collection', () => ({ collectionId: collection }), (number) => number >= 8 && number < 14],
  [
    'tag in a collection',
    () => ({ tagIds: [tags.sea ?? ''], collectionId: collection }),
    (number) => number === 8 || number === 9,
  ],
  ['place', () => ({ place: 'hamburg' }), (number) => number === 3],
  ['near', () => ({ near: { latitude: 53.6, longitude: 10, radiusKm: 20 } }), (number) => number === 3],
  [
    'near across the date line',
    () => ({ near: { latitude: -17.7, longitude: -179.9, radiusKm: 50 } }),
    (number) => number === 4,
  ],
  [
    'several at once',
    () => ({ kinds: ['image'], cameras: ['Nikon FM2'], tagIds: [tags.boat ?? ''] }),
    (number) => number % 5 !== 0 && number % 2 === 1 && number < 15,
  ],
  ['nothing fits', () => ({ cameras: ['None'] }), () => false],
])('filtered by %s, with words and without', async (_, filters, expected) => {
  for (const text of ['harbour', '']) {
    const { hits, total } = await search({ text, filters: filters(), limit: 200 });
    expect(hits.map((hit) => hit.id).sort()).toEqual(numbered(expected));
    expect(total).toBe(hits.length);
  }
  const { hits } = await search({ filters: filters() });
  for (const hit of hits)
    expect(hit.reasons).toEqual([{ kind: 'filter', text: 'passes the filters', excerpt: null, atSeconds: null, page: null }]);
});

test('facets count what was found', async () => {
  const { facets, total } = await search({ text: 'harbour', limit: 1 });
  expect(total).toBe(30);
  expect(facets).toEqual({
    kinds: [
      { value: 'image', count: 24 },
      { value: 'video', count: 6 },
    ],
    years: ['2022', '2021', '2020'].map((value) => ({ value, count: 10 })),
    cameras: [
      { value: 'Leica M6', count: 15 },
      { value: 'Nikon FM2', count: 15 },
    ],
    tags: [
      { id: tags.boat, name: 'boat', count: 15 },
      { id: tags.sea, name: 'sea', count: 10 },
    ],
    orientations: [
      { value: 'landscape', count: 22 },
      { value: 'portrait', count: 8 },
    ],
  });
  expect((await search({ text: 'harbour', facets: false })).facets).toBeNull();
});

test('nothing of another organisation appears: no hit, no count, no facet, no similar word, no suggestion', async () => {
  for (const text of ['secret', 'classified', 'spycam', 'bunker', 'secre', 'harbour']) {
    const answer = await search({ text });
    expect(JSON.stringify(answer)).not.toMatch(/secret\.jpg|classified"|Spycam|Bunker/);
    expect(answer.total).toBe(text === 'harbour' ? 30 : 0);
    const { items } = await asMember(organisation, () => library.suggestions.suggest(text));
    expect(items.filter((item) => item.kind !== 'history').every((item) => item.text.toLowerCase().startsWith('harbour'))).toBe(
      true,
    );
  }
  const theirs = await asMember(other, () => library.search({ text: 'harbour' }));
  expect(theirs).toMatchObject({ total: 1, hits: [{ name: 'harbour secret.jpg' }] });
  expect(theirs.facets?.tags.map((tag) => [tag.name, tag.count])).toEqual([
    ['boat', 1],
    ['classified', 1],
  ]);
});

test('suggestions come from the own history, tags, cameras, places and names', async () => {
  const ada = memberOf(organisation);
  await runAs(ada, () => library.search({ text: 'boats at night' }));
  const suggest = async (text: string) =>
    (await runAs(ada, () => library.suggestions.suggest(text))).items.map((item) => `${item.kind}: ${item.text}`);
  expect(await suggest('boat')).toEqual(['history: boats at night', 'tag: boat']);
  expect(await suggest('m6')).toEqual(['camera: Leica M6']);
  expect(await suggest('ham')).toEqual(['place: Hamburg, Germany']);
  expect(await suggest('harbour 0')).toEqual([
    'name: Harbour 00.jpg',
    'name: Harbour 03.jpg',
    'name: Harbour 06.jpg',
    'name: Harbour 09.jpg',
  ]);
});

test('history and saved searches are the person’s own', async () => {
  const [ada, bob] = [memberOf(organisation), memberOf(organisation)];
  await runAs(ada, async () => {
    await library.search({ text: 'harbour', filters: { kinds: ['video'] } });
    await library.search({ text: 'sea' });
    await library.search({ text: 'harbour', filters: { minRating: 5 } });
    await library.search({ text: 'unseen', remember: false });
    const { items } = await library.history.list();
    expect(items.map((item) => [item.text, item.query.filters, item.hits])).toEqual([
      ['harbour', { minRating: 5 }, 5],
      ['sea', {}, 10],
    ]);
    const saved = await library.history.save('Best of the harbour', {
      text: 'harbour',
      filters: { minRating: 5 },
      sort: 'newest',
    });
    expect((await library.history.listSaved()).items).toEqual([saved]);
  });
  await runAs(bob, async () => {
    expect(await library.history.list()).toEqual({ items: [] });
    expect(await library.history.listSaved()).toEqual({ items: [] });
  });
  const saved = await runAs(ada, () => library.history.listSaved());
  await expect(runAs(bob, () => library.history.deleteSaved(saved.items[0]?.id ?? ''))).rejects.toMatchObject({
    code: 'SEARCH_SAVED_NOT_FOUND',
  });
  await runAs(ada, async () => {
    await library.history.deleteSaved(saved.items[0]?.id ?? '');
    await library.history.clear();
    expect(await library.history.listSaved()).toEqual({ items: [] });
    expect(await library.history.list()).toEqual({ items: [] });
  });
});

test('without the permission nothing is searched', async () => {
  const nobody = { ...memberOf(organisation), permissions: new Set<never>() };
  await expect(runAs(nobody, () => library.search({ text: 'harbour' }))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  await expect(runAs(nobody, () => library.suggestions.suggest('h'))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  await expect(runAs(nobody, () => library.service.findSimilar(ids[0] ?? '', 5))).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
  });
});
