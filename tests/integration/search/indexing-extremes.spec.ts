import { afterAll, beforeAll, expect, test } from 'vitest';
import { asMember, type Library, openLibrary } from './library.ts';

let library: Library;
let organisation: string;
beforeAll(async () => {
  library = await openLibrary();
  organisation = await library.addOrganisation();
});
afterAll(() => library?.close());

const strange: [string, string][] = [
  [
    'a million characters of noise',
    Array.from({ length: 60_000 }, (_, index) => (index * 7_919 + 1e9).toString(36).repeat(3)).join(' '),
  ],
  ['one endless word', 'x'.repeat(500_000)],
  ['nothing but marks', '\u0300\u202e\u200d\ufe0f'.repeat(1000)],
  ['half a surrogate', 'needle \ud83d needle'],
  ['tsquery operators', `needle & | ! ( ) <-> :* ' " \\ %`],
];

test.each(strange)('%s does not keep an asset from being indexed', (_, text) =>
  asMember(organisation, async () => {
    const id = await library.addAsset({ name: 'haystack.txt', caption: text, text: [{ source: 'document', text }] });
    const found = await library.tenant.run((sql) =>
      sql.rows(`SELECT asset_id FROM search_document WHERE asset_id = $1 AND words @@ 'haystack'`, [id]),
    );
    expect(found).toHaveLength(1);
  }),
);
