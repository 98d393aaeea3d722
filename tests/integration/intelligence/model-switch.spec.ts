import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SystemDatabase } from '#database';
import { IntelligenceJobsModule, ModelService } from '#intelligence';
import { AssetTexts, MediaJobsModule, PipelineEverywhere, PipelineJobsModule } from '#media';
import { SearchJobsModule } from '#search';
import { addOrganisation } from '#testing';
import { type TinyModel, tinyClip } from '../../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import { tinyWhisper } from '../../../libs/intelligence/src/testing/tiny-whisper.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';
import { makePicture, makeVideo, speak } from '../pipeline/sample-media.ts';

let world: World;
let models: ModelService;
beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, MediaJobsModule, IntelligenceJobsModule, SearchJobsModule] });
  models = world.app.get(ModelService, { strict: false });
  await world.startWorker();
});
afterAll(() => world?.close());

async function importTiny(model: TinyModel) {
  const { folder } = await writeTinyModel(model);
  const record = await world.as(() => models.import(folder));
  await rm(folder, { recursive: true });
  return record;
}
const turn = (id: string, enabled: boolean) => world.as(() => models.setEnabled(id, enabled));
/** Spaces in which an asset has vectors; of the shipped model only its name, whichever version it is. */
const vectorsOf = (assetId: string) =>
  world.rows<{ space: string }>(
    `SELECT DISTINCT replace(s.name, 'visual-descriptor@' || m.version, 'shipped') AS space FROM embedding e JOIN embedding_space s ON s.id = e.space_id
     JOIN model m ON m.name || '@' || m.version = s.name WHERE e.asset_id = $1 ORDER BY 1`,
    [assetId],
  );
const stepOf = async (assetId: string, step: string) =>
  (
    await world.rows<{ models: Record<string, string>; outcome: string; runs: number }>(
      'SELECT model_versions AS models, outcome, runs FROM ledger_step WHERE asset_id = $1 AND step = $2',
      [assetId, step],
    )
  )[0];
const textOf = (assetId: string) => world.as(() => world.app.get(AssetTexts, { strict: false }).read(assetId));

test('the vectors of a disabled model go, those of others stay, and enabling it again makes them again', async () => {
  const picture = await world.add(await makePicture(1), 'a.jpg');
  await world.settle();
  const clip = await importTiny(tinyClip('1.0.0'));
  expect(await turn(clip.id, true)).toMatchObject({ affectedAssets: 1 });
  await world.settle();
  const both = [{ space: 'shipped' }, { space: 'tiny-clip@1.0.0' }];
  expect(await vectorsOf(picture)).toEqual(both);

  const [before] = await world.rows<{ version: number }>('SELECT version FROM asset WHERE id = $1', [picture]);
  expect(await turn(clip.id, false)).toMatchObject({ affectedAssets: 1 });
  await world.settle();
  expect(await vectorsOf(picture)).toEqual([{ space: 'shipped' }]);
  const forgotten = await stepOf(picture, 'recognise');
  expect(Object.keys(forgotten?.models ?? {})).toEqual(['visual-descriptor']);
  expect(forgotten?.outcome).toContain('What tiny-clip 1.0.0 made of it went when that was disabled.');
  const [after] = await world.rows<{ version: number }>('SELECT version FROM asset WHERE id = $1', [picture]);
  expect(after?.version).toBeGreaterThan(before?.version ?? 0);

  await turn(clip.id, true);
  await world.settle();
  expect(await vectorsOf(picture)).toEqual(both);
});

test('a version that gives way to its next takes its vectors along', async () => {
  const picture = await world.add(await makePicture(2), 'b.jpg');
  await world.settle();
  const next = await importTiny(tinyClip('1.1.0'));
  expect((await turn(next.id, true)).replaced).toMatchObject([{ version: '1.0.0' }]);
  await world.settle();
  expect(await vectorsOf(picture)).toEqual([{ space: 'shipped' }, { space: 'tiny-clip@1.1.0' }]);
});

test('enabling once more, or disabling and enabling at once, never leaves an asset without its vectors', async () => {
  const [, clip] = (await world.as(() => models.list())).filter(({ name }) => name === 'tiny-clip').reverse();
  const id = clip?.id ?? '';
  for (let round = 0; round < 5; round++) {
    await turn(id, false);
    await turn(id, true);
  }
  await world.settle();
  const pictures = await world.rows<{ id: string }>(`SELECT id FROM asset WHERE kind = 'image'`);
  for (const picture of pictures) expect(await vectorsOf(picture.id)).toContainEqual({ space: 'tiny-clip@1.1.0' });
});

test('what a disabled speech model wrote down is heard again by what is installed; what makes no sound is left alone', async () => {
  const whisper = await importTiny(tinyWhisper({ past: true }));
  await turn(whisper.id, true);
  const spoken = await world.add(speak('One two three four five six seven.'), 'count.wav');
  await world.settle();
  expect((await stepOf(spoken, 'text'))?.models).toEqual({ 'tiny-whisper': '2.0.0' });
  expect((await textOf(spoken))[0]?.text).toContain('hello world');

  expect(await turn(whisper.id, false)).toMatchObject({ affectedAssets: 1 });
  await world.settle();
  expect(Object.keys((await stepOf(spoken, 'text'))?.models ?? {})).toEqual(['pocketsphinx']);
  expect((await textOf(spoken)).map(({ text }) => text).join(' ')).not.toContain('hello world');

  const mute = await world.add(makeVideo({ seconds: 2, isMute: true }), 'mute.mp4');
  await world.settle();
  const runs = (await stepOf(mute, 'text'))?.runs;
  expect(await turn(whisper.id, true)).toMatchObject({ affectedAssets: 1 });
  await world.settle();
  expect((await stepOf(mute, 'text'))?.runs).toBe(runs);
  await turn(whisper.id, false);
  await world.settle();
});

test('a switch and the work that follows from it are one transaction, in every organisation', async () => {
  const other = await addOrganisation(world.app.get(SystemDatabase), 'Another');
  const pipeline = world.app.get(PipelineEverywhere, { strict: false });
  const [whisper] = (await world.as(() => models.list())).filter(({ task }) => task === 'speech-to-text');
  const id = whisper?.id ?? '';
  vi.spyOn(pipeline, 'rerun').mockRejectedValueOnce(new Error('The machine lost power here.'));
  await expect(turn(id, true)).rejects.toThrow('lost power');
  const enabled = async () => (await world.as(() => models.list())).some((model) => model.id === id && model.enabled);
  expect(await enabled()).toBe(false);
  expect(
    await world.rows(`SELECT FROM audit_event WHERE action = 'model.enabled' AND detail ->> 'name' = 'tiny-whisper' OFFSET 2`),
  ).toEqual([]);

  const jobs = () =>
    world.app
      .get(SystemDatabase)
      .run((sql) =>
        sql.rows<{ organisation: string }>(
          `SELECT DISTINCT organisation_id AS organisation FROM outbox WHERE job = 'pipeline.rerun' AND payload ->> 'reason' LIKE '%tiny-whisper%enabled%'`,
        ),
      );
  // Seen from within the transaction: nothing is committed yet, and everything is due.
  const seen = await world.app.get(SystemDatabase).run(async () => {
    await turn(id, true);
    return jobs();
  });
  expect(seen.map(({ organisation }) => organisation).sort()).toEqual(
    [world.organisation.organisationId, other.organisationId].sort(),
  );
  await world.settle();
});
