/// <reference lib="dom" />
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningAppliance, startAppliance } from './appliance.ts';
import { accessibilityBreaches, openBrowser, watchComplaints } from './browser.ts';

const person = {
  organisationName: 'Harbour Museum',
  displayName: 'Ada Brandt',
  email: 'ada@example.org',
  password: 'a password of length',
};

let appliance: RunningAppliance;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-management-'));
  for (const [number, background] of ['#c33', '#3c3', '#33c'].entries())
    await sharp({ create: { width: 300, height: 200, channels: 3, background } }).toFile(join(folder, `picture-${number}.jpg`));
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  complaints = watchComplaints(page);
  const token = new URLSearchParams(new URL(appliance.setupLink).hash.slice(1)).get('token');
  const made = await page.request.post(`${appliance.address}/api/v1/setup`, {
    headers: { 'x-holdfast-request': '1' },
    data: { token, ...person },
  });
  expect(made.status()).toBe(201);
  expect((await appliance.holdfast(['media', 'import', folder])).code).toBe(0);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await appliance?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(() => page.keyboard.press('Escape'));

const open = (path: string) => page.goto(appliance.address + path);
const button = (name: string | RegExp) => page.getByRole('button', { name });
const choose = (name: string | RegExp) => page.getByRole('menuitem', { name }).click();
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text).waitFor();

test('a tag is made, found again instead of made twice, renamed, followed and deleted, with the keyboard alone where one types', async () => {
  await open('/tags');
  await page.getByText('No tags yet').waitFor();
  await button('New tag').click();
  await page.keyboard.type('Sea side');
  await page.keyboard.press('Enter');
  await says('Tag “Sea side” made');
  await button('New tag').click();
  await page.keyboard.type('sea SIDE');
  await page.keyboard.press('Enter');
  await says('There is a tag “Sea side” already');

  await button('Actions for Sea side').click();
  await choose(/Rename/);
  await page.keyboard.type('Coast');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /^Coast/ }).click();
  await page.waitForURL(/\/\?tag=/);

  await open('/tags');
  await button('Actions for Coast').click();
  await choose(/Delete/);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Delete the tag').click();
  await page.getByText('No tags yet').waitFor();
});

test('what is found in the list of tags can be linked', async () => {
  for (const name of ['harbour', 'crane'])
    await page.request.post(`${appliance.address}/api/v1/tags`, { headers: { 'x-holdfast-request': '1' }, data: { name } });
  await open('/tags');
  await page.getByRole('searchbox', { name: 'Find a tag' }).fill('harb');
  await page.waitForURL(/find=harb/);
  await page.reload();
  await page.getByRole('link', { name: /^harbour/ }).waitFor();
  expect(await page.getByRole('link', { name: /^crane/ }).count()).toBe(0);
});

test('a collection is made, filled from the library, described, emptied of one and deleted; its assets stay', async () => {
  await open('/collections');
  await button('New collection').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Fair');
  await button('Make the collection').click();
  await page.getByText('Nothing is in this collection yet').waitFor();

  await open('/');
  const boxes = page.getByRole('checkbox', { name: /Select picture/ });
  await boxes.nth(1).waitFor({ state: 'attached' });
  for (const position of [0, 1]) await boxes.nth(position).click({ force: true });
  await button('Collect').click();
  await button(/Fair/).click();
  await says('2 assets added to “Fair”');

  await open('/collections');
  await page.getByRole('link', { name: /Fair/ }).click();
  await page
    .getByRole('checkbox', { name: /Select picture/ })
    .first()
    .click({ force: true });
  await button('Take out of “Fair”').click();
  await says('1 asset taken out of “Fair”');

  await button('Actions for Fair').click();
  await choose(/Name and description/);
  await page.getByRole('textbox', { name: 'Name' }).fill('Spring fair');
  await page.getByRole('textbox', { name: /Description/ }).fill('For the annual report');
  await button('Save').click();
  await page.getByRole('heading', { name: 'Spring fair' }).waitFor();
  await button('For the annual report').waitFor();

  await button('Actions for Spring fair').click();
  await choose(/Delete/);
  await page.getByText(/stay in the library/).waitFor();
  await button('Delete the collection').click();
  await page.getByText('No collections yet').waitFor();
  await open('/');
  await boxes.nth(2).waitFor({ state: 'attached' });
});

const picturesIn = (target: string) =>
  globSync('**/*.jpg', { cwd: target })
    .map((path) => path.split('/').at(-1))
    .sort();

test('what the portal points to for many originals at once exists: the command line seals them into a folder and reads them back', async () => {
  const [target, secret, back] = ['sealed', 'passphrase', 'back'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(secret, 'correct horse battery staple\n');
  const words = ['media', 'export', target, '--kind', 'image', '--passphrase-file', secret];
  const first = await appliance.holdfast([...words, '--json']);
  const written = { sealed: true, writtenFiles: 3, failedFiles: 0, stopped: false };
  expect([first.code, JSON.parse(first.stdout)]).toMatchObject([0, written]);
  expect(picturesIn(target)).toEqual([]);
  expect(JSON.parse((await appliance.holdfast([...words, '--json'])).stdout)).toMatchObject({ writtenFiles: 0, thereFiles: 3 });
  const opened = await appliance.holdfast(['media', 'open-export', target, '--to', back, '--passphrase-file', secret]);
  expect([opened.code, opened.stdout]).toEqual([0, expect.stringContaining('3 written')]);
  expect(picturesIn(back)).toEqual(['picture-0.jpg', 'picture-1.jpg', 'picture-2.jpg']);
  const nobody = await appliance.holdfast(['media', 'export', join(folder, 'nothing')]);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('--passphrase-file')]);
});

test('plain originals are written where that is asked for, with a word about what that means', async () => {
  const target = join(folder, 'exported');
  const first = await appliance.holdfast(['media', 'export', target, '--plain', '--kind', 'image', '--json']);
  expect([first.code, JSON.parse(first.stdout)]).toMatchObject([0, { sealed: false, writtenFiles: 3, failedFiles: 0 }]);
  expect(first.stderr).toContain('unencrypted');
  expect(picturesIn(target)).toEqual(['picture-0.jpg', 'picture-1.jpg', 'picture-2.jpg']);
  const again = await appliance.holdfast(['media', 'export', target, '--plain', '--kind', 'image', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ writtenFiles: 0, thereFiles: 3 });
  expect((await appliance.holdfast(['media', 'export', target, '--collection', 'Nothing'])).stderr).toMatch(
    /no collection “Nothing”/,
  );
});

test('a collection that is gone says so and leads on', async () => {
  await open('/collections/00000000-0000-7000-8000-000000000000');
  await page.getByText('There is no such collection').waitFor();
  await page.getByRole('link', { name: 'See all collections' }).click();
  await page.getByRole('heading', { name: 'Collections', exact: true }).waitFor();
});

test('a person is added, may sign in with the password handed over, gets another role, and is shut out and let in again', async () => {
  await open('/people');
  await button('Add a person').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Grace Hopper');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('Grace@example.org');
  await button('Add the person').click();
  const handed = await page.locator('pre').textContent();
  const [address, email, password] = handed?.split('\n') ?? [];
  expect([address, email]).toEqual([appliance.address, 'grace@example.org']);
  await button('Done').click();
  const signIn = async () => {
    const other = await browser.newContext();
    const headers = { 'x-holdfast-request': '1' };
    const answer = await other.request.post(`${appliance.address}/api/v1/session`, { headers, data: { email, password } });
    const status = answer.status();
    const role = status === 201 ? ((await answer.json()) as { role: string }).role : undefined;
    await other.close();
    return [status, role];
  };
  expect(await signIn()).toEqual([201, 'viewer']);

  await button('Actions for Grace Hopper').click();
  await choose(/Change the role/);
  await page.getByRole('radio', { name: /Operator/ }).check();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Change the role').click();
  await says('Grace Hopper is now Operator');
  expect(await signIn()).toEqual([201, 'operator']);

  await button('Actions for Grace Hopper').click();
  await choose(/Disable/);
  await button('Disable the account').click();
  await says('Grace Hopper can no longer sign in');
  expect((await signIn())[0]).toBe(401);
  await button('Actions for Grace Hopper').click();
  await choose(/Enable/);
  await says('Grace Hopper can sign in again');
  expect(await signIn()).toEqual([201, 'operator']);
});

test('an address that is taken is refused in words, and the last administrator cannot step down', async () => {
  await open('/people');
  await button('Add a person').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Grace again');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('grace@example.org');
  await button('Add the person').click();
  await page.getByText(/There is an account for grace@example.org already/).waitFor();
  await button('Cancel').click();
  await button('Actions for Ada Brandt').click();
  expect(await page.getByRole('menuitem', { name: /Disable/ }).getAttribute('aria-disabled')).toBe('true');
  await page.getByText('This is the last administrator.').waitFor();
});

test('the system says what runs, and a model is switched off and on with what follows from it', async () => {
  await open('/system');
  await page.getByText('All up').waitFor();
  for (const service of ['API', 'PostgreSQL', 'Redis'])
    await page.getByRole('rowheader', { name: new RegExp(service) }).waitFor();
  const model = page.getByRole('switch', { name: /visual-descriptor/ });
  await model.click();
  await button('Disable').click();
  await says(/What it found in 3 assets is taken away/);
  await model.click();
  await button('Enable').click();
  await says(/3 assets will be looked at again/);
});

test('an asset is pinned to a slower tier, the plan that follows is run, and it is seen from there as before', async () => {
  const answer = await page.request.get(`${appliance.address}/api/v1/assets?limit=1`);
  const [asset] = ((await answer.json()) as { items: { id: string; name: string }[] }).items;
  await open(`/assets/${asset?.id}?tab=storage`);
  await page.getByText('It lies on hot, where everything new is stored, and has never moved.').waitFor();
  await page.getByRole('combobox', { name: 'Tier to pin it to' }).selectOption('cold');
  await button('Pin to cold').click();
  await page.getByText('It moves to cold at the next run, because it is pinned there.').waitFor();

  await open('/storage?plan=now');
  await page.getByRole('article', { name: 'Tier cold' }).getByText('Ready').waitFor();
  await page.getByRole('cell', { name: 'pinned to cold' }).waitFor();
  await button('Run now').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move 1 object' }).click();
  await page.getByRole('region', { name: 'Last runs' }).getByText(`asked for by ${person.email}`).waitFor({ timeout: 60_000 });
  expect(await accessibilityBreaches(page)).toEqual([]);

  await open(`/assets/${asset?.id}?tab=storage`);
  await page.getByText('It came from hot to cold: pinned to cold.').waitFor();
  const original = await page.request.get(`${appliance.address}/api/v1/assets/${asset?.id}/original`);
  expect(original.status()).toBe(200);
  expect((await original.body()).equals(readFileSync(join(folder, asset?.name ?? '')))).toBe(true);
});

test('what a hold keeps is not erased; once that is released it is, and the certificate proves it', async () => {
  await open('/');
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .click({ force: true });
  await button('Place under hold…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It is under no hold yet.').waitFor();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Case 1');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Asked for by the insurer.');
  await dialog.getByRole('button', { name: 'Place under hold' }).click();
  await says('1 asset under “Case 1”');

  await page.getByRole('grid').getByRole('link').first().click();
  await page.waitForURL(/\/assets\//);
  const place = new URL(page.url()).pathname;
  const name = String(await page.getByRole('heading', { level: 1 }).textContent());
  await button('More').click();
  await choose('Erase for good…');
  await dialog.getByRole('alert').getByText('1 of them is under a legal hold').waitFor();
  await dialog.getByRole('link', { name: 'See the legal holds' }).click();
  await button('Release the hold Case 1').click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Settled.');
  await dialog.getByRole('button', { name: 'Release the hold' }).click();
  await says('“Case 1” is released');

  await open(place);
  await button('More').click();
  await choose('Erase for good…');
  await dialog.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name);
  await dialog.getByRole('button', { name: 'Erase 1 asset' }).click();
  await page.waitForURL(/\/erasures$/);
  await page.getByRole('rowheader', { name: 'An asset that is gone' }).waitFor({ timeout: 60_000 });
  await button(/^Certificate: /).click();
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download as JSON' }).click();
  const certificate = join(folder, 'certificate.json');
  await (await saving).saveAs(certificate);
  const { publicKey } = JSON.parse((await appliance.holdfast(['keys', 'public-key', '--json'])).stdout) as {
    publicKey: string;
  };
  const proof = await appliance.holdfast(['keys', 'verify-certificate', certificate, '--public-key', publicKey]);
  expect(proof).toMatchObject({ code: 0, stdout: expect.stringContaining('was destroyed') });
  await open(place);
  await page.getByText('This asset is not here').waitFor();
}, 120_000);

test('jobs show every queue and whether anything failed for good', async () => {
  await open('/jobs');
  const queues = page.getByRole('table', { name: /Queues/ });
  await queues.waitFor();
  expect(await queues.getByRole('rowheader').count()).toBe(6);
  await page.getByText('Nothing has failed for good').waitFor();
  await page.getByText(/Live, read/).waitFor();
});

test('the audit tells all of it, newest first, filtered, in detail and as a file', async () => {
  await open('/audit');
  await page.getByRole('cell', { name: 'enabled a model', exact: true }).waitFor();
  await page.getByRole('combobox', { name: /Only what was done/ }).selectOption('tag.renamed');
  await page.waitForURL(/action=tag.renamed/);
  await page.getByRole('cell', { name: 'Sea side → Coast', exact: true }).waitFor();
  await button(/^Details: ada@example.org renamed a tag/).click();
  await page.getByRole('dialog', { name: 'Event' }).getByText('tag.renamed').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  const saved = page.waitForEvent('download');
  await button('Export as CSV').click();
  const file = join(folder, 'audit.csv');
  await (await saved).saveAs(file);
  expect(readFileSync(file, 'utf8').trim().split('\r\n')).toHaveLength(2);
});

test('none of these pages complained', () => {
  expect(complaints).toEqual([]);
});
