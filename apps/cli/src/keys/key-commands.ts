import { readFileSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { HoldfastError } from '#kernel';
import type { KeyRotationAnswer } from '#keys';
import { type CommandInput, defineCommand } from '../command.ts';
import { formatTable } from '../format.ts';
import { followRotation, rotationLine } from './follow-rotation.ts';
import { withKeyRequests } from './with-key-requests.ts';

const inOrganisation = { flags: '--in <organisation>', summary: 'name of the organisation, when there are several' };
const mostKeys = 500;

const list = defineCommand({
  name: 'keys list',
  summary: "List the organisation's keys: whose they are, and how many data keys each version wraps.",
  permission: 'keys.read',
  options: [inOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const { items, nextCursor } = await withKeyRequests(appliance, 'keys list', 'keys.read', options.in, async (services) => {
      const { KeyOverview } = await import('#keys');
      return services.get(KeyOverview).list({ limit: mostKeys });
    });
    if (json) terminal.answer({ items, nextCursor });
    const rows = items.map(({ id, kind, subject, versions, destroyedAt }) => [
      id,
      kind,
      subject ?? '–',
      destroyedAt ? 'destroyed' : versions.map(({ version, dataKeys, keys }) => `v${version}: ${dataKeys + keys}`).join(', '),
    ]);
    for (const line of formatTable([['id', 'kind', 'whose', 'versions: keys below'], ...rows])) terminal.say(line.trimEnd());
    if (nextCursor) terminal.say(`These are the first ${mostKeys}; GET /api/v1/keys has all.`);
    return undefined;
  },
});

const rotate = defineCommand({
  name: 'keys rotate',
  summary: 'Give keys a new version and wrap anew what the old ones wrap; no object is read. Goes on when this is stopped.',
  permission: 'keys.update',
  options: [
    { flags: '--provider', summary: "the provider's keys, as every day by itself" },
    { flags: '--organisation', summary: "the organisation's own key" },
    { flags: '--person <email>', summary: 'the key of a person' },
    inOrganisation,
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    requireOne(options);
    const done = await withKeyRequests(appliance, 'keys rotate', 'keys.update', options.in, async (services) => {
      const { KeyOverview } = await import('#keys');
      const overview = services.get(KeyOverview);
      const ended: KeyRotationAnswer[] = [];
      for (const rotation of await ask(services, options))
        ended.push(await followRotation(rotation, () => overview.rotations(), terminal));
      return ended;
    });
    if (json) terminal.answer({ items: done });
    for (const rotation of done) terminal.say(`${terminal.style('green', '✓')} ${rotationLine(rotation)}.`);
    return undefined;
  },
});

function requireOne({ provider, organisation, person }: CommandInput['options']): void {
  if ([provider, organisation, person].filter((given) => given !== undefined).length === 1) return;
  throw new HoldfastError('KEYS_ROTATION_UNCLEAR', {
    kind: 'invalid',
    message: 'It is not clear what is to be rotated.',
    action: 'Give one of --provider, --organisation and --person EMAIL.',
  });
}

async function ask(services: INestApplicationContext, options: CommandInput['options']): Promise<KeyRotationAnswer[]> {
  const { KeyRotationRequests } = await import('#keys');
  const requests = services.get(KeyRotationRequests);
  if (options.provider) return requests.rotateProviderKeys();
  if (options.organisation) return [await requests.rotateOrganisationKey()];
  return [await requests.rotateKeyOfPerson(String(options.person).trim().toLowerCase())];
}

const publicKey = defineCommand({
  name: 'keys public-key',
  summary: 'Print the public key that verifies certificates of erasure; write it down where nobody here can change it.',
  permission: 'keys.read',
  options: [inOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const key = await withKeyRequests(appliance, 'keys public-key', 'keys.read', options.in, async (services) => {
      const { ErasureCertificates } = await import('#keys');
      return services.get(ErasureCertificates, { strict: false }).publicKey();
    });
    if (json) terminal.answer({ publicKey: key });
    terminal.say(key);
    return undefined;
  },
});

const verifyCertificate = defineCommand({
  name: 'keys verify-certificate',
  summary: 'Prove what a certificate of erasure says, by the public key; needs no running appliance.',
  permission: 'local',
  account: 'caller',
  arguments: [{ notation: '<file>', summary: 'the certificate' }],
  options: [
    { flags: '--public-key <base64>', summary: 'from a source that you trust', required: true },
    { flags: '--ledger <file>', summary: 'tombstones.jsonl, to prove that the tombstones stand in it' },
  ],
  run: async ({ terminal, json }, { arguments: given, options }) => {
    const keys = await import('#keys');
    const trusted = String(options.publicKey);
    const said = keys.verifyCertificate(readJson(String(given.file)), trusted);
    if (typeof options.ledger === 'string') keys.verifyInLedger(said, linesOf(readText(options.ledger)), trusted);
    if (json) terminal.answer({ valid: true, ...said });
    const what = said.keyId ? `key ${said.keyId} (${said.keyKind})` : `the data keys of ${said.objects} objects`;
    terminal.say(`${terminal.style('green', '✓')} Proven: ${what} of organisation ${said.organisationId}`);
    terminal.say(`  was destroyed ${said.destroyedAt}.`);
    if (said.backupsUnreadableAt) terminal.say(`  Backups cannot be read from ${said.backupsUnreadableAt} on.`);
    else terminal.say('  Backups can be read until they are deleted.');
    return undefined;
  },
});

/** Complete lines: one without its end was never acknowledged. */
function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw fileUnreadable(file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw fileUnreadable(file, 'is no JSON');
  }
}

function fileUnreadable(file: string, why: string): HoldfastError {
  return new HoldfastError('FILE_UNREADABLE', { kind: 'invalid', message: `${file} ${why}.` });
}

/** What is done with the keys below the provider's, and what proves that they are gone. */
export const keyCommands = [list, rotate, publicKey, verifyCertificate];
