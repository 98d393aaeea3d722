import { afterAll, beforeAll, expect, test } from 'vitest';
import { asMember, type Library, openLibrary } from './library.ts';

let library: Library;
let organisation: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  library = await openLibrary();
  organisation = await library.addOrganisation();
  await asMember(organisation, async () => {
    ids.named = await library.addAsset({ name: 'Saturn_Rockets.jpg', shownAt: '2024-01-01' });
    ids.tagged = await library.addAsset({ name: 'a.jpg', tags: ['Rocket launch', 'night'], shownAt: '2024-01-02' });
    ids.captioned = await library.addAsset({ name: 'b.jpg', caption: 'A toy rocket on a shelf', shownAt: '2024-01-03' });
    ids.scanned = await library.addAsset({
      name: 'c.png',
      shownAt: '2024-01-04',
      text: [
        { source: 'ocr', text: 'THE R0CKET MUSEUM' },
        { source: 'ocr', text: 'open from nine' },
      ],
    });
    ids.spoken = await library.addAsset({
      name: 'd.wav',
      kind: 'audio',
      shownAt: '2024-01-05',
      text: [
        { source: 'speech', text: 'good evening', start: 1, end: 3 },
        { source: 'speech', text: 'the rocket has landed', start: 41.3, end: 44 },
      ],
    });
    ids.paged = await library.addAsset({
      name: 'e.pdf',
      kind: 'document',
      shownAt: '2024-01-06',
      text: [
        { source: 'document', text: 'Contents', page: 1 },
        { source: 'document', text: 'Chapter two: how a rocket flies', page: 7 },
      ],
    });
    ids.trashed = await library.addAsset({ name: 'rocket-deleted.jpg', trashed: true });
    ids.german = await library.addAsset({ name: 'Mondrakete.jpg', shownAt: '2024-01-07' });
    ids.other = await library.addAsset({ name: 'cat.jpg', caption: 'The cat on the mat', shownAt: '2024-01-08' });
  });
});
afterAll(() => library?.close());

const find = async (text: string) => (await asMember(organisation, () => library.search({ text }))).hits.map((hit) => hit.id);

test('a word finds names, tags, captions and texts in every form, the most telling first, and nothing in the trash', async () => {
  const found = await find('rocket');
  expect(found.slice(0, 3).sort()).toEqual([ids.named, ids.tagged, ids.captioned].sort());
  expect(found.slice(3).sort()).toEqual([ids.scanned, ids.spoken, ids.paged].sort());
  expect(await find('ROCKETS ')).toContain(ids.tagged);
});

test('each hit says why, with an excerpt and the place to open', async () => {
  const { hits } = await asMember(organisation, () => library.search({ text: 'rocket' }));
  const why = (id: string | undefined) => hits.find((hit) => hit.id === id)?.reasons[0];
  expect(why(ids.named)).toEqual({
    kind: 'name',
    text: 'in its name',
    excerpt: 'Saturn_«Rockets».jpg',
    atSeconds: null,
    page: null,
  });
  expect(why(ids.tagged)).toMatchObject({ kind: 'tag', excerpt: '«Rocket» launch' });
  expect(why(ids.captioned)).toMatchObject({ kind: 'caption', excerpt: 'A toy «rocket» on a shelf' });
  expect(why(ids.scanned)).toMatchObject({ kind: 'picture-text', text: 'text in picture', excerpt: 'THE «R0CKET» MUSEUM' });
  expect(why(ids.spoken)).toMatchObject({
    kind: 'speech',
    text: 'spoken at 00:41',
    atSeconds: 41.3,
    excerpt: 'the «rocket» has landed',
  });
  expect(why(ids.paged)).toMatchObject({ kind: 'document-text', text: 'in the text on page 7', page: 7 });
});

test.each([
  ['rock', ['named', 'tagged', 'captioned', 'spoken', 'paged'], 'a word not finished yet'],
  ['"toy rocket"', ['captioned'], 'a phrase'],
  ['"rocket toy"', [], 'a phrase in the wrong order'],
  ['rocket -toy -launch -museum ', ['named', 'spoken', 'paged'], 'without'],
  ['cat OR museum ', ['other', 'scanned'], 'one or the other'],
  ['the cat', ['other'], 'a word that says nothing beside one that does'],
  ['the cat in a hat museum shelf zebra', ['other', 'scanned', 'captioned'], 'any of the words where no asset has all'],
  ['rakete ', ['german'], 'a part of a compound'],
  ['museun ', ['scanned'], 'a mistyped word'],
  ['saturn_rockets.jpg', ['named'], 'a file name'],
  ['SaturnRockets', ['named'], 'a name written together'],
  ['-rocket -mondrakete ', ['other', 'scanned'], 'nothing but exclusions'],
])('%j finds %j: %s', async (text, expected) => {
  expect((await find(text)).sort()).toEqual(expected.map((name) => ids[name]).sort());
});

test('the plan says which similar words were searched', async () => {
  const { plan } = await asMember(organisation, () => library.search({ text: 'museun ' }));
  expect(plan.words).toBe('words and similar ones: museun → museum');
});

test('without a model for meaning the answer says which would enable it', async () => {
  const { unavailable } = await asMember(organisation, () => library.search({ text: 'rocket' }));
  expect(unavailable).toEqual([{ way: 'meaning', reason: expect.stringMatching(/text–image model.*holdfast models import/) }]);
});

test('a person finds what they have just renamed', async () => {
  await asMember(organisation, async () => {
    await library.tenant.run((sql) => sql.run(`UPDATE asset SET name = 'zeppelin.jpg' WHERE id = $1`, [ids.other]));
    expect((await library.search({ text: 'zeppelin' })).hits.map((hit) => hit.id)).toEqual([ids.other]);
    await library.tenant.run((sql) => sql.run(`UPDATE asset SET name = 'cat.jpg' WHERE id = $1`, [ids.other]));
  });
});

const hostile = [
  `'; DROP TABLE asset; --`,
  '%_\\%',
  'a & | ! ( ) <-> :* b',
  '""" -"" - -- OR OR',
  '\u0000nul\u0000',
  'x'.repeat(500),
  'a '.repeat(250),
  '😀🏳️‍🌈',
  '\u202Ertl\u200F עברית العربية',
  '\ud83d half a surrogate',
  'ไทย 東京 한국어 हिन्दी',
  '*:* /regex/ ~fuzzy~2 [1 TO 5] name:',
];
test.each(hostile)('hostile text %j is answered, never an error', async (text) => {
  const { hits } = await asMember(organisation, () => library.search({ text }));
  expect(hits.length).toBeLessThanOrEqual(9);
  await asMember(organisation, () => library.suggestions.suggest(text));
});
