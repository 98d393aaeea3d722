import { afterAll, beforeAll, expect, test } from 'vitest';
import { asMember, type Library, openLibrary, tagAsset, writeText } from './library.ts';

let library: Library;
let organisation: string;
beforeAll(async () => {
  library = await openLibrary();
  organisation = await library.addOrganisation();
});
afterAll(() => library?.close());

function matches(query: string): Promise<string[]> {
  return library.tenant.run(async (sql) => {
    const rows = await sql.rows<{ asset_id: string }>('SELECT asset_id FROM search_document WHERE words @@ $1::tsquery', [
      query,
    ]);
    return rows.map((row) => row.asset_id);
  });
}

function staleAssets(): Promise<string[]> {
  return library.tenant.run(async (sql) =>
    (await sql.rows<{ asset_id: string }>('SELECT asset_id FROM search_stale')).map((row) => row.asset_id),
  );
}

test('an asset is found by its name, tags, caption, place, camera, metadata and text, but not by a tag that was rejected', () =>
  asMember(organisation, async () => {
    const id = await library.addAsset({
      name: 'Moon_Rockets-1969.jpg',
      tags: ['Saturn V'],
      rejectedTags: ['bicycle'],
      caption: 'Launch at dawn',
      place: 'Cape Canaveral',
      camera: 'Hasselblad 500',
      metadata: { iptc: { Keywords: ['Apollo'], Title: 'One small step' }, exif: { Secret: 'unsearchable' } },
      text: [{ source: 'ocr', text: 'UNITED STATES' }],
    });
    for (const query of [
      'rocket',
      'rockets',
      '1969',
      'saturn:A',
      'launch:B',
      'canaveral:C',
      'hasselblad',
      'apollo',
      'step:B',
      'united:D',
    ])
      expect(await matches(query), query).toContain(id);
    for (const query of ['bicycle', 'unsearchable']) expect(await matches(query), query).not.toContain(id);
  }));

test('a change to what an indexed asset is found by marks it stale, and refreshing makes it found', () =>
  asMember(organisation, async () => {
    const id = await library.addAsset({ name: 'untitled.png', text: [{ source: 'ocr', text: 'draft' }] });
    expect(await staleAssets()).toEqual([]);
    const changes: [string, (sql: Parameters<Parameters<typeof library.tenant.run>[0]>[0]) => Promise<unknown>, string][] = [
      ['caption', (sql) => sql.run('UPDATE asset SET caption = $2 WHERE id = $1', [id, 'volcano']), 'volcano'],
      ['tag', (sql) => tagAsset(sql, id, 'lava', 'confirmed'), 'lava'],
      [
        'renamed tag',
        (sql) => sql.run(`UPDATE tag SET name = 'magma', normal_name = 'magma' WHERE normal_name = 'lava'`),
        'magma',
      ],
      [
        'origin',
        (sql) =>
          sql.run(
            `INSERT INTO asset_origin (organisation_id, asset_id, name) VALUES (current_organisation(), $1, 'etna.png')`,
            [id],
          ),
        'etna',
      ],
      ['text', () => writeText(library.texts, library.tenant, id, [{ source: 'ocr', text: 'crater' }]), 'crater'],
    ];
    for (const [what, change, word] of changes) {
      await library.tenant.run(change);
      expect(await staleAssets(), what).toEqual([id]);
      expect(await library.index.refresh(10)).toBe(1);
      expect(await matches(word), what).toEqual([id]);
      expect(await staleAssets(), what).toEqual([]);
    }
    await library.tenant.run((sql) => sql.run('UPDATE asset SET rating = 5 WHERE id = $1', [id]));
    expect(await staleAssets()).toEqual([]);
  }));

test('a rename that touches many assets is finished by one job, however often people search meanwhile', () =>
  asMember(organisation, async () => {
    for (let number = 0; number < 25; number++) await library.addAsset({ name: `${number}.png`, tags: ['quarry'] });
    await library.tenant.run((sql) =>
      sql.run(`UPDATE tag SET name = 'mine', normal_name = 'mine' WHERE normal_name = 'quarry'`),
    );
    for (let search = 0; search < 2; search++) await library.search({ text: 'mine' });
    const jobs = () => library.tenant.run((sql) => sql.rows(`SELECT job FROM outbox`));
    expect(await jobs()).toEqual([{ job: 'search.refresh' }]);
    expect((await library.search({ text: 'mine ' })).total).toBe(25);
    await library.tenant.run((sql) => sql.run('DELETE FROM outbox'));
  }));

test('an asset taken out of the index leaves no words behind that only it had', () =>
  asMember(organisation, async () => {
    const id = await library.addAsset({ name: 'kestrel_rockets.png' });
    await library.index.removeAsset(id);
    expect(await matches('kestrel')).toEqual([]);
    const terms = await library.tenant.run((sql) =>
      sql.rows<{ term: string }>(`SELECT term FROM search_term WHERE term IN ('kestrel', 'rockets')`),
    );
    expect(terms.map((row) => row.term)).toEqual(['rockets']);
  }));

test('row-level security may use the indexes of word search', () =>
  asMember(organisation, async () => {
    const operators = await library.tenant.run((sql) =>
      sql.rows(`SELECT oprcode::text, proleakproof FROM pg_operator JOIN pg_proc ON pg_proc.oid = oprcode
        WHERE (oprname, oprleft, oprright) IN (('@@', 'tsvector'::regtype, 'tsquery'::regtype), ('%', 'text'::regtype, 'text'::regtype),
          ('~~', 'text'::regtype, 'text'::regtype)) ORDER BY 1`),
    );
    expect(operators).toEqual([
      { oprcode: 'similarity_op', proleakproof: true },
      { oprcode: 'textlike', proleakproof: true },
      { oprcode: 'ts_match_vq', proleakproof: true },
    ]);
  }));

test('vectors are stored by part, replaced as a whole and deleted with the asset', () =>
  asMember(organisation, async () => {
    const id = await library.addAsset({ name: 'clip.mp4', kind: 'video' });
    await library.vectors.ensureSpace('test@1', 4);
    await library.vectors.put('test@1', id, [
      { part: 0, atSeconds: null, vector: [2, 0, 0, 0] },
      { part: 1, atSeconds: 1.5, vector: [0, 3, 0, 0] },
      { part: 2, atSeconds: 4, vector: [0, 0, 1, 0] },
    ]);
    await library.vectors.put('test@1', id, [
      { part: 0, atSeconds: null, vector: [3, 4, 0, 0] },
      { part: 1, atSeconds: 2, vector: [0, 0, 0, 1] },
    ]);
    const read = () =>
      library.tenant.run((sql) =>
        sql.rows('SELECT part, at_seconds, vector::text FROM embedding WHERE asset_id = $1 ORDER BY part', [id]),
      );
    expect(await read()).toEqual([
      { part: 0, at_seconds: null, vector: '[0.60009766,0.7998047,0,0]' },
      { part: 1, at_seconds: 2, vector: '[0,0,0,1]' },
    ]);
    await expect(library.vectors.put('test@1', id, [{ part: 0, atSeconds: null, vector: [0, 0, 0, 0] }])).rejects.toThrow(
      /length 0/,
    );
    await expect(library.vectors.put('other@1', id, [])).rejects.toMatchObject({ code: 'SEARCH_SPACE_UNKNOWN' });
    expect(await library.vectors.delete(id)).toBe(2);
    expect(await read()).toEqual([]);
  }));
