import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#kernel';
import { meaningNeedsModel } from '#search';
import { asMember, type Library, openLibrary } from './library.ts';

const dimensions = 32;
let library: Library;
let organisation: string;
const ids: Record<string, string> = {};

/** A direction near one of the axes. */
function towards(axis: number, wobble = 0): number[] {
  return Array.from(
    { length: dimensions },
    (_, index) => (index === axis ? 1 : 0.02) + wobble * Math.sin(index * 7.3 + wobble * 100),
  );
}

async function enableModel(name: string, task: string): Promise<void> {
  await library.system.run((sql) =>
    sql.run(
      `INSERT INTO model (id, name, version, task, manifest, folder, sha256, enabled) VALUES ($1, $2, '1.0.0', $3, '{}', '/none', '', true)`,
      [newId(), name, task],
    ),
  );
  await library.vectors.ensureSpace(`${name}@1.0.0`, dimensions);
}

beforeAll(async () => {
  library = await openLibrary();
  organisation = await library.addOrganisation();
  await enableModel('looks', 'visual-descriptor');
  await asMember(organisation, async () => {
    for (const [name, axis, wobble] of [
      ['sunset', 0, 0],
      ['dusk', 0, 0.05],
      ['dawn', 0, 0.1],
      ['forest', 5, 0],
    ] as const) {
      const id = await library.addAsset({ name: `${name}.jpg` });
      ids[name] = id;
      await library.vectors.put('looks@1.0.0', id, [{ part: 0, atSeconds: null, vector: towards(axis, wobble) }]);
    }
    ids.film = await library.addAsset({ name: 'film.mp4', kind: 'video' });
    await library.vectors.put('looks@1.0.0', ids.film, [
      { part: 1, atSeconds: 0, vector: towards(9) },
      { part: 2, atSeconds: 12.5, vector: towards(0, 0.02) },
      { part: 3, atSeconds: 30, vector: towards(0, 0.2) },
    ]);
    ids.unseen = await library.addAsset({ name: 'unseen.jpg' });
    ids.gone = await library.addAsset({ name: 'gone.jpg', trashed: true });
    await library.vectors.put('looks@1.0.0', ids.gone, [{ part: 0, atSeconds: null, vector: towards(0) }]);
  });
});
afterAll(() => library?.close());

test('similar assets come nearest first, each once, with the moment of a video, and without itself or the trash', () =>
  asMember(organisation, async () => {
    const { hits, unavailable } = await library.service.findSimilar(ids.sunset ?? '', 10);
    expect(unavailable).toBeNull();
    expect(hits.map((hit) => hit.id)).toEqual([ids.film, ids.dusk, ids.dawn, ids.forest]);
    expect(hits[0]?.reasons).toEqual([
      {
        kind: 'similar',
        text: expect.stringMatching(/^looks \d+ % alike at 00:12$/),
        excerpt: null,
        atSeconds: 12.5,
        page: null,
      },
    ]);
  }));

test('a video is compared by its shots', () =>
  asMember(organisation, async () => {
    const { hits } = await library.service.findSimilar(ids.film ?? '', 2);
    expect(hits.map((hit) => hit.id)).toEqual([ids.sunset, ids.dusk]);
  }));

test('similarity searches within filters', () =>
  asMember(organisation, async () => {
    const { hits, plan } = await library.search({ similarTo: ids.sunset, filters: { kinds: ['image'] } });
    expect(hits.map((hit) => hit.id)).toEqual([ids.dusk, ids.dawn, ids.forest]);
    expect(plan.vectors).toMatch(/^similar in looks@1.0.0 exact: /);
  }));

test('an asset that no model has looked at says so; one that does not exist is not found', () =>
  asMember(organisation, async () => {
    expect(await library.service.findSimilar(ids.unseen ?? '', 5)).toEqual({
      hits: [],
      unavailable: 'No enabled model has looked at this asset: it is still being processed, or has no picture.',
    });
    await expect(library.service.findSimilar(newId(), 5)).rejects.toMatchObject({ code: 'MEDIA_ASSET_NOT_FOUND' });
    const { unavailable, hits } = await library.search({ similarTo: ids.unseen });
    expect(unavailable).toEqual([{ way: 'similar', reason: expect.stringContaining('No enabled model') }]);
    expect(hits).toEqual([]);
  }));

test('another organisation’s asset is no one to be similar to', async () => {
  const other = await library.addOrganisation();
  await asMember(other, () =>
    expect(library.service.findSimilar(ids.sunset ?? '', 5)).rejects.toMatchObject({ code: 'MEDIA_ASSET_NOT_FOUND' }),
  );
});

beforeEach(() => {
  library.ports.textEmbedder = { embed: async () => ({ vectors: [], unavailable: meaningNeedsModel }) };
});

test('words and meaning make one ranked answer, in which a name beats a vague likeness', async () => {
  await enableModel('clip', 'text-image-embedding');
  await asMember(organisation, async () => {
    const fillers = Array.from({ length: 60 }, (_, number) => number);
    for (const number of fillers) {
      const id = await library.addAsset({ name: `filler ${number}.jpg` });
      await library.vectors.put('clip@1.0.0', id, [
        { part: 0, atSeconds: null, vector: towards(10 + (number % 20), 0.01 * number) },
      ]);
    }
    const named = await library.addAsset({ name: 'evening sky.jpg' });
    await library.vectors.put('clip@1.0.0', named, [{ part: 0, atSeconds: null, vector: towards(20) }]);
    await library.vectors.put('clip@1.0.0', ids.sunset ?? '', [{ part: 0, atSeconds: null, vector: towards(0) }]);
    await library.vectors.put('clip@1.0.0', ids.film ?? '', [{ part: 2, atSeconds: 12.5, vector: towards(0, 0.05) }]);
    library.ports.textEmbedder = {
      embed: async () => ({ vectors: [{ space: 'clip@1.0.0', vector: towards(0, 0.01) }], unavailable: null }),
    };
    const { hits, unavailable, plan } = await library.search({ text: 'evening sky', limit: 3 });
    expect(unavailable).toEqual([]);
    expect(hits.map((hit) => hit.id)).toEqual([named, ids.sunset, ids.film]);
    expect(hits.map((hit) => hit.reasons[0]?.kind)).toEqual(['name', 'meaning', 'meaning']);
    expect(hits[2]?.reasons[0]).toMatchObject({ text: 'fits the meaning at 00:12', atSeconds: 12.5 });
    expect(plan.vectors).toMatch(/^meaning in clip@1.0.0 exact: /);
  });
});
