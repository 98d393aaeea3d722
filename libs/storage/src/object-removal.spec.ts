import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, runAs } from '#kernel';
import { ObjectRemoval, type SeenObject } from './object-removal.adapter.ts';
import { ObjectStore } from './object-store.ts';

let root: string;
let store: ObjectStore;
let removal: ObjectRemoval;
const museum = newId();
const inMuseum = <Result>(work: () => Result) =>
  runAs(
    { organisationId: museum, actor: { kind: 'system', id: 't', label: 't' }, permissions: new Set(), requestId: 't' },
    work,
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-removal-'));
  store = new ObjectStore(root);
  removal = new ObjectRemoval(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (text: string) => inMuseum(() => store.put(Buffer.from(text)));
const isThere = async (sha256: string) => (await inMuseum(() => store.stat(sha256))) !== undefined;
async function list(): Promise<SeenObject[]> {
  const seen: SeenObject[] = [];
  await inMuseum(async () => {
    for await (const objects of removal.list()) seen.push(...objects);
  });
  return seen;
}

test('objects of the organisation are listed, each with its size and when it was stored', async () => {
  const [one, two] = [await put('one'), await put('two and more')];
  const other = newId();
  await runAs(
    { organisationId: other, actor: { kind: 'system', id: 't', label: 't' }, permissions: new Set(), requestId: 't' },
    () => store.put(Buffer.from('another organisation’s')),
  );
  const seen = await list();
  expect(seen.map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes }))).toEqual(expect.arrayContaining([one, two]));
  expect(seen).toHaveLength(2);
});

test('an object that is set aside is out of sight, and comes back or goes', async () => {
  const { sha256 } = await put('a picture that was replaced');
  const [seen] = await list();
  const aside = await inMuseum(() => removal.setAside(seen as SeenObject));
  expect(await isThere(sha256)).toBe(false);
  await aside?.putBack();
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);
  const [again] = await list();
  await (await inMuseum(() => removal.setAside(again as SeenObject)))?.drop();
  expect(await isThere(sha256)).toBe(false);
  expect(await removal.putBackAll()).toBe(0);
});

test('bytes that were stored again since they were judged stay where they are', async () => {
  const { sha256 } = await put('the same bytes');
  const [judged] = await list();
  await put('the same bytes');
  expect(await inMuseum(() => removal.setAside(judged as SeenObject))).toBeUndefined();
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);
});

test('storing the same bytes while they are set aside keeps them, whichever way that ends', async () => {
  for (const end of ['drop', 'putBack'] as const) {
    const { sha256 } = await put('wanted again');
    const judged = await inMuseum(() => removal.look(sha256));
    const aside = await inMuseum(() => removal.setAside(judged as SeenObject));
    await put('wanted again');
    await aside?.[end]();
    expect(await inMuseum(() => store.verify(sha256))).toBe(true);
  }
});

test('what a process left aside when it died is put back by the next', async () => {
  const { sha256 } = await put('left aside');
  const [seen] = await list();
  await inMuseum(() => removal.setAside(seen as SeenObject));
  expect(await new ObjectRemoval(root).putBackAll()).toBe(1);
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);
});
