import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { MeaningService, ModelRegistry, ModelService } from '#intelligence';
import { runAs } from '#kernel';
import { ModelRepository } from '../../../libs/intelligence/src/model.repository.ts';
import { ModelSwitcher } from '../../../libs/intelligence/src/model-switcher.ts';
import { ShippedModels } from '../../../libs/intelligence/src/shipped-models.ts';
import { tinyClip } from '../../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

let world: ApiWorld;
let shipped: ShippedModels;
let models: ModelService;
beforeAll(async () => {
  world = await makeApiWorld();
  models = world.app.get(ModelService, { strict: false });
  shipped = makeShipped();
});
afterAll(() => world.close());

/** The worker puts the shipped model into place; here the services of the API do. */
function makeShipped(): ShippedModels {
  const get = <Service>(token: new (...args: never[]) => Service) => world.app.get<Service>(token, { strict: false });
  const [repository, registry, switcher] = [get(ModelRepository), get(ModelRegistry), get(ModelSwitcher)];
  return new ShippedModels(repository, registry, switcher, get(SystemDatabase), get(AuditTrail), world.appliance.paths.models);
}

async function importTiny(version: string) {
  const { folder } = await writeTinyModel(tinyClip(version));
  const record = await world.as(() => models.import(folder));
  await rm(folder, { recursive: true });
  return record;
}

test('the shipped model is in place and enabled after the first start, however many processes start', async () => {
  await Promise.all([shipped.ensure(), shipped.ensure(), shipped.ensure()]);
  await shipped.ensure();
  const answer = await world.viewer.get('/models');
  expect(answer.status).toBe(403);
  const { body } = await world.operator.get('/models');
  expect(body.items).toMatchObject([{ name: 'visual-descriptor', enabled: true, dimensions: 512, licence: 'Apache-2.0' }]);
  expect(body.capabilities.find(({ name }: { name: string }) => name === 'similar')).toMatchObject({ enabled: true });
});

const forgetOlderRelease = () =>
  world.app
    .get(SystemDatabase, { strict: false })
    .run((sql) => sql.run(`DELETE FROM model WHERE name = 'visual-descriptor' AND version = '0.9.0'`));

/** Puts the shipped model back to how an older release left it. */
async function asOlderRelease(enabled: boolean): Promise<void> {
  await forgetOlderRelease();
  await world.app.get(SystemDatabase, { strict: false }).run(async (sql) => {
    await sql.run(`UPDATE model SET version = '0.9.0', enabled = $1 WHERE name = 'visual-descriptor'`, [enabled]);
  });
}

const descriptors = async () =>
  (await world.admin.get('/models')).body.items.map(({ version, enabled }: { version: string; enabled: boolean }) => [
    version,
    enabled,
  ]);

test('a new release’s version takes the place of the older one, which is due to look at all again, and is written down', async () => {
  await asOlderRelease(true);
  await Promise.all([shipped.ensure(), shipped.ensure()]);
  expect(await descriptors()).toEqual([
    [expect.not.stringMatching('0.9.0'), true],
    ['0.9.0', false],
  ]);
  const due = await world.app
    .get(SystemDatabase, { strict: false })
    .run((sql) =>
      sql.rows<{ name: string }>(
        `SELECT DISTINCT job AS name FROM outbox WHERE job IN ('pipeline.rerun', 'pipeline.forget') ORDER BY 1`,
      ),
    );
  expect(due).toEqual([{ name: 'pipeline.forget' }, { name: 'pipeline.rerun' }]);
});

test('a new release’s version stays disabled where the older one was', async () => {
  await asOlderRelease(false);
  await shipped.ensure();
  expect((await descriptors()).map(([, enabled]: [string, boolean]) => enabled)).toEqual([false, false]);
  const items = (await world.admin.get('/models')).body.items as { id: string; version: string }[];
  await world.admin.post(`/models/${items[0]?.id}/enabled`, { enabled: true });
  await forgetOlderRelease();
});

test('what an administrator disabled stays disabled at the next start', async () => {
  const [descriptor] = (await world.admin.get('/models')).body.items;
  expect((await world.admin.post(`/models/${descriptor.id}/enabled`, { enabled: false })).body.model.enabled).toBe(false);
  await shipped.ensure();
  expect((await world.admin.get('/models')).body.items[0].enabled).toBe(false);
  await world.admin.post(`/models/${descriptor.id}/enabled`, { enabled: true });
});

test('without a model for it, search by meaning says what would enable it', async () => {
  const meaning = world.app.get(MeaningService, { strict: false });
  await expect(meaning.embedQuery('a rocket')).rejects.toMatchObject({
    code: 'MEANING_MODEL_MISSING',
    action: expect.stringContaining('./holdfast models import FOLDER'),
  });
  const { capabilities } = (await world.admin.get('/models')).body;
  expect(capabilities.find(({ name }: { name: string }) => name === 'meaning')).toMatchObject({ enabled: false, by: null });
});

test('an imported model works once it is enabled; its next version takes its place', async () => {
  const [one, two] = [await importTiny('1.0.0'), await importTiny('1.1.0')];
  const meaning = world.app.get(MeaningService, { strict: false });
  await world.admin.post(`/models/${one.id}/enabled`, { enabled: true });
  expect(await meaning.embedQuery('red')).toMatchObject([{ space: 'tiny-clip@1.0.0', model: 'tiny-clip' }]);
  await world.admin.post(`/models/${two.id}/enabled`, { enabled: true });
  expect(await meaning.embedQuery('red')).toMatchObject([{ space: 'tiny-clip@1.1.0' }]);
  const { items } = (await world.admin.get('/models')).body;
  const tiny = items.filter(({ name }: { name: string }) => name === 'tiny-clip');
  const states = tiny.map(({ name, version, enabled }: Record<string, unknown>) => [name, version, enabled]);
  expect(states).toEqual([
    ['tiny-clip', '1.1.0', true],
    ['tiny-clip', '1.0.0', false],
  ]);
});

test('two versions enabled at the same moment leave one enabled', async () => {
  const versions = (await world.as(() => models.list())).filter(({ name }) => name === 'tiny-clip');
  await Promise.all(versions.map(({ id }) => world.as(() => models.setEnabled(id, true))));
  const enabled = (await world.as(() => models.list())).filter((model) => model.name === 'tiny-clip' && model.enabled);
  expect(enabled).toHaveLength(1);
});

test('enabling has the assets that it affects looked at again, in the background', async () => {
  const jobs = await world.rows<{ payload: { steps: string[]; model: { name: string } } }>(
    `SELECT payload FROM outbox WHERE job = 'pipeline.rerun' ORDER BY created_at DESC LIMIT 1`,
  );
  expect(jobs[0]?.payload).toMatchObject({ steps: ['recognise'], model: { name: 'tiny-clip' } });
});

test('every import and every switch is on record, with who did it', async () => {
  const events = await world.rows<{ action: string; label: string }>(
    `SELECT action, actor_label AS label FROM audit_event WHERE target_kind = 'model' ORDER BY id`,
  );
  expect(events).toContainEqual({ action: 'model.imported', label: 'test' });
  expect(events).toContainEqual({ action: 'model.enabled', label: 'admin@example.org' });
  expect(events).toContainEqual({ action: 'model.disabled', label: 'admin@example.org' });
});

test('only who may change models can, in the service too', async () => {
  const [model] = await world.as(() => models.list());
  const id = model?.id ?? '';
  expect((await world.operator.post(`/models/${id}/enabled`, { enabled: true })).status).toBe(403);
  const asViewer = { ...world.organisation, permissions: new Set<never>() };
  await expect(runAs(asViewer, () => models.setEnabled(id, true))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  await expect(runAs(asViewer, () => models.import('/tmp'))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  expect((await world.admin.post('/models/0190a0a0-0000-7000-8000-000000000000/enabled', { enabled: true })).status).toBe(404);
});

test('a model whose files were lost is not enabled, and comes back with another import', async () => {
  const lost = await importTiny('2.0.0');
  await rm(lost.folder, { recursive: true });
  await expect(world.as(() => models.setEnabled(lost.id, true))).rejects.toMatchObject({ code: 'MODEL_FILES_MISSING' });
  expect((await importTiny('2.0.0')).id).toBe(lost.id);
  await world.as(() => models.setEnabled(lost.id, true));
});
