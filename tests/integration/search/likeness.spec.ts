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

async function enableModel(name: string, task: string, manifest = {}): Promise<void> {
  await library.system.run((sql) =>
    sql.run(
      `INSERT INTO model (id, name, version, task, manifest, folder, sha256, enabled) VALUES ($1, $2, '1.0.0', $3, $4, '/none', '', true)`,
      [newId(), name, task, JSON.stringify(manifest)],
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

test('similar assets come nearest first, each once, with the moment of a video, and without itself, the trash or what is not alike', () =>
  asMember(organisation, async () => {
    const { hits, unavailable, remark } = await library.service.findSimilar(ids.sunset ?? '', 10);
    expect({ unavailable, remark }).toEqual({ unavailable: null, remark: null });
    expect(hits.map((hit) => hit.id)).toEqual([ids.film, ids.dusk, ids.dawn]);
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

test('where nothing is alike, nothing is shown, and the answer says so', () =>
  asMember(organisation, async () => {
    expect(await library.service.findSimilar(ids.forest ?? '', 10)).toEqual({
      hits: [],
      unavailable: null,
      remark: expect.stringMatching(/^Nothing looks like this yet: the nearest is only \d+ % alike\.$/),
    });
    expect(await library.search({ similarTo: ids.forest })).toMatchObject({ hits: [], total: 0, unavailable: [] });
    const nowhere = { kinds: ['document' as const] };
    expect(await library.search({ similarTo: ids.sunset, filters: nowhere })).toMatchObject({ hits: [], total: 0 });
  }));

test('in a library of one nothing can be alike', async () => {
  const other = await library.addOrganisation();
  await asMember(other, async () => {
    const id = await library.addAsset({ name: 'alone.jpg' });
    await library.vectors.put('looks@1.0.0', id, [{ part: 0, atSeconds: null, vector: towards(3) }]);
    expect((await library.service.findSimilar(id, 5)).remark).toBe(
      'Nothing looks like this yet: there is nothing to compare it with.',
    );
  });
});

test('what is nearest in a library where all is equally unlike is chance; what stands out of it is not', async () => {
  const other = await library.addOrganisation();
  await asMember(other, async () => {
    // All lean one way, as the vectors of many models do: their cosines with each other lie about 0.6.
    const leaning = (axis: number, extra: number[] = []) =>
      towards(axis).map((value, index) => value + 0.16 + (extra[index] ?? 0));
    const made: string[] = [];
    for (let axis = 0; axis < 20; axis++) {
      const id = await library.addAsset({ name: `chance ${axis}.jpg` });
      made.push(id);
      await library.vectors.put('looks@1.0.0', id, [{ part: 0, atSeconds: null, vector: leaning(axis) }]);
    }
    expect((await library.service.findSimilar(made[0] ?? '', 5)).hits).toEqual([]);
    const twin = await library.addAsset({ name: 'twin.jpg' });
    await library.vectors.put('looks@1.0.0', twin, [{ part: 0, atSeconds: null, vector: leaning(0, [0, 0.3]) }]);
    const { hits } = await library.service.findSimilar(made[0] ?? '', 5);
    expect(hits.map((hit) => hit.id)).toEqual([twin]);
  });
});

test('a model that tells parts apart has the reason name what is alike, from the cosine on that it was measured to mean it', async () => {
  const parts = [
    { name: 'colours', from: 0, to: 16, least: 0.7 },
    { name: 'shapes', from: 16, to: 32, least: 0.8 },
  ];
  await enableModel('apart', 'text-image-embedding', { embedding: { alike: { least: 0.4, sure: 0.8, parts } } });
  const other = await library.addOrganisation();
  await asMember(other, async () => {
    const vector = (colour: number, shape: number) =>
      Array.from({ length: dimensions }, (_, index) => (index === colour || index === 16 + shape ? 1 : 0.01));
    const made: Record<string, string> = {};
    for (const [name, colour, shape] of [
      ['asked', 1, 1],
      ['both', 1, 1],
      ['coloured', 1, 2],
      ['shaped', 2, 1],
      ['neither', 3, 3],
    ] as const) {
      made[name] = await library.addAsset({ name: `${name}.jpg` });
      await library.vectors.put('apart@1.0.0', made[name], [{ part: 0, atSeconds: null, vector: vector(colour, shape) }]);
    }
    const { hits } = await library.service.findSimilar(made.asked ?? '', 5);
    const said = Object.fromEntries(hits.map((hit) => [hit.name, hit.reasons.map((reason) => reason.text)]));
    expect(said).toEqual({
      'both.jpg': ['similar colours and shapes'],
      'coloured.jpg': ['similar colours'],
      'shaped.jpg': ['similar shapes'],
    });
  });
  await library.system.run((sql) => sql.run(`UPDATE model SET enabled = false WHERE name = 'apart'`));
});

test('a video is compared by its shots', () =>
  asMember(organisation, async () => {
    const { hits } = await library.service.findSimilar(ids.film ?? '', 2);
    expect(hits.map((hit) => hit.id)).toEqual([ids.sunset, ids.dusk]);
  }));

test('similarity searches within filters', () =>
  asMember(organisation, async () => {
    const { hits, plan } = await library.search({ similarTo: ids.sunset, filters: { kinds: ['image'] } });
    expect(hits.map((hit) => hit.id)).toEqual([ids.dusk, ids.dawn]);
    expect(plan.vectors).toMatch(/^similar in looks@1.0.0 exact: .*, alike from 0\.\d\d on$/);
  }));

test('an asset that no model has looked at says so; one that does not exist is not found', () =>
  asMember(organisation, async () => {
    expect(await library.service.findSimilar(ids.unseen ?? '', 5)).toEqual({
      hits: [],
      unavailable: 'No enabled model has looked at this asset: it is still being processed, or has no picture.',
      remark: null,
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
