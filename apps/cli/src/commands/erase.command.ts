import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, type Permission, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import type { ErasureService } from '#media';
import { defineCommand } from '../command.ts';
import { formatBytes, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

type Kind = 'person' | 'collection' | 'asset';
type Erasure = Awaited<ReturnType<ErasureService['get']>>;

const organisationOption = { flags: '--organisation <name>', summary: 'organisation to erase in, where there are several' };
const pollMs = 500;

/** Runs work with the service of erasures, for an organisation. */
function withErasures<Result>(
  appliance: Appliance,
  organisation: string | undefined,
  permissions: readonly Permission[],
  work: (erasures: ErasureService, idOf: (kind: Kind, named: string) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  return withServices(
    appliance,
    async (services) => {
      const [{ CommandContext }, media] = await Promise.all([import('#identity'), import('#media')]);
      const context = await services.get(CommandContext).create('erase', permissions, organisation);
      const erasures = services.get(media.ErasureService, { strict: false });
      return runAs(context, () => work(erasures, (kind, named) => erasures.idOf(kind, named)));
    },
    async () => {
      const { ErasureModule, MediaModule } = await import('#media');
      return [MediaModule, ErasureModule];
    },
  );
}

/** Waits until a worker has carried it out; says how far it is meanwhile. */
async function follow(erasures: ErasureService, id: string, terminal: Terminal): Promise<Erasure> {
  let told = '';
  for (;;) {
    const erasure = await erasures.get(id);
    const { state, assets, error } = erasure;
    if (state === 'done') return erasure;
    const line = error ? `waits: ${error}` : `${state}${assets > 0 ? `, ${assets} assets` : ''} …`;
    if (line !== told) terminal.say(`  ${line}`);
    told = line;
    await sleep(pollMs);
  }
}

function defineErase(kind: Kind, notation: string, what: string) {
  return defineCommand({
    name: `erase ${kind}`,
    summary: `Erase ${what} for good, with all that was made of it; shows first what that takes.`,
    permission: 'erasure.update',
    arguments: [{ notation, summary: `which ${kind}` }],
    options: [
      { flags: '--assets <count>', summary: 'do it: the number of assets that the preview told' },
      { flags: '--reason <text>', summary: 'kept with the record of the erasure', default: '' },
      organisationOption,
    ],
    run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
      const named = String(Object.values(given)[0]);
      const organisation = options.organisation as string | undefined;
      return withErasures(appliance, organisation, ['erasure.read', 'erasure.update'], async (erasures, idOf) => {
        const id = await idOf(kind, named);
        const reach = await erasures.preview({ kind, id });
        if (options.assets === undefined) {
          if (json) terminal.answer({ kind, id, ...reach });
          terminal.say(
            `Erasing ${kind} “${named}” takes ${reach.assets} assets (${formatBytes(reach.bytes)}) for good. This cannot be undone.`,
          );
          if (reach.shared > 0) terminal.say(`${reach.shared} more were brought by others, too, and stay with them.`);
          if (reach.held > 0) terminal.say(`${reach.held} are under a legal hold: nothing is erased until that is released.`);
          else terminal.say(`To do it: ./holdfast erase ${kind} ${JSON.stringify(named)} --assets ${reach.assets}`);
          return undefined;
        }
        const count = Number(options.assets);
        if (!Number.isInteger(count)) throw notANumber(String(options.assets));
        const { id: erasureId } = await erasures.request({ kind, id }, count, String(options.reason));
        const done = await follow(erasures, erasureId, terminal);
        if (json) terminal.answer(done);

        terminal.say(
          `${terminal.style('green', '✓')} ${done.assets} assets are erased; nothing opens them any more. Certificate: ./holdfast erase certificate ${erasureId}`,
        );
        return undefined;
      });
    },
  });
}

function notANumber(text: string): HoldfastError {
  return new HoldfastError('ERASURE_COUNT_INVALID', {
    kind: 'invalid',
    message: `--assets is ${text}, which is no number of assets.`,
    action: 'Run the command without it to see the number.',
  });
}

const list = defineCommand({
  name: 'erase list',
  summary: 'List erasures, the latest first.',
  permission: 'erasure.read',
  options: [organisationOption],
  run: async ({ appliance, terminal, json }, { options }) => {
    const organisation = options.organisation as string | undefined;
    const found = await withErasures(appliance, organisation, ['erasure.read'], (erasures) => erasures.list());
    if (json) terminal.answer(found);
    if (found.length === 0) terminal.say('Nothing was ever erased here.');
    const rows = found.map(({ id, requestedAt, subjectKind, state, assets, error }) => [
      id,
      requestedAt.toISOString().slice(0, 16).replace('T', ' '),
      subjectKind,
      state,
      `${assets} assets`,
      error ?? '',
    ]);
    for (const line of formatTable(rows)) terminal.say(line.trimEnd());
    return undefined;
  },
});

const certificate = defineCommand({
  name: 'erase certificate',
  summary: 'Print the signed certificate of an erasure, for whoever asked for it.',
  permission: 'erasure.read',
  arguments: [{ notation: '<id>', summary: 'of the erasure, as `erase list` shows it' }],
  options: [organisationOption],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const organisation = options.organisation as string | undefined;
    const found = await withErasures(appliance, organisation, ['erasure.read'], (erasures) => erasures.get(String(given.id)));
    if (json) terminal.answer(found.certificate);
    else if (found.certificate) terminal.say(JSON.stringify(found.certificate, null, 2));
    else terminal.say('It is not done yet, so there is no certificate.');
    return undefined;
  },
});

export const commands = [
  defineErase('person', '<email>', 'all that a person brought'),
  defineErase('collection', '<name>', 'a collection’s assets'),
  defineErase('asset', '<id>', 'an asset'),
  list,
  certificate,
];
