import { runAs } from '#kernel';
import type { ImportTally } from '#media';
import { defineCommand, exitCodes } from '../command.ts';
import { exportCommand } from '../exporting/export-command.ts';
import { openExportCommand } from '../exporting/open-export-command.ts';
import { formatBytes, formatTable } from '../format.ts';
import { interrupted, stopOnSignal } from '../stop-on-signal.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

const mostFailuresShown = 10;

function summarise(terminal: Terminal, tally: ImportTally, wasStopped: boolean): void {
  const { newFiles, knownFiles, unsupportedFiles, failedFiles, bytes, failures } = tally;
  const mark = failedFiles > 0 ? terminal.style('yellow', '!') : terminal.style('green', '✓');
  const unreadable = unsupportedFiles > 0 ? ` (${unsupportedFiles} kept but not readable)` : '';
  terminal.say(`${mark} ${newFiles} new${unreadable}, ${knownFiles} known, ${failedFiles} failed · ${formatBytes(bytes)}`);
  for (const { path, message } of failures.slice(0, mostFailuresShown)) terminal.complain(`  ${path}: ${message}`);
  if (failedFiles > mostFailuresShown) terminal.complain(`  … and ${failedFiles - mostFailuresShown} more`);
  if (wasStopped) terminal.say('Stopped before the end; the same command goes on where it was.');
}

const importCommand = defineCommand({
  name: 'media import',
  summary: 'Import the files of a folder; run again to go on, or for what is new.',
  permission: 'asset.create',
  account: 'caller',
  arguments: [{ notation: '<folder>', summary: 'folder to import, with all below it' }],
  options: [
    { flags: '--watch', summary: 'go on with every finished file that lands in the folder, until stopped' },
    { flags: '--organisation <name>', summary: 'organisation to import into, where there are several' },
  ],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const { importMedia } = await import('../import-media.ts');
    const stop = stopOnSignal();
    const tally = await importMedia(appliance, {
      folder: String(given.folder),
      watch: options.watch === true,
      organisation: options.organisation as string | undefined,
      terminal,
      signal: stop.signal,
    });
    const wasStopped = stop.signal.aborted && options.watch !== true;
    if (json) terminal.answer({ ...tally, stopped: wasStopped });
    summarise(terminal, tally, wasStopped);
    if (wasStopped) return interrupted;
    return tally.failedFiles > 0 ? exitCodes.error : exitCodes.ok;
  },
});

const list = defineCommand({
  name: 'media list',
  summary: 'List the library, newest first.',
  permission: 'asset.read',
  options: [
    { flags: '--limit <count>', summary: 'how many at most, up to 500', default: '20' },
    { flags: '--kind <kind>', summary: 'image, video, audio, document, text or unknown' },
    { flags: '--organisation <name>', summary: 'organisation to list, where there are several' },
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const { listAssets } = await import('#media');
    const { parseInput } = await import('#kernel');
    const { limit, kind } = options;
    const query = parseInput(listAssets, { params: {}, query: { limit, kind }, body: {} }).query as never;
    const page = await withServices(
      appliance,
      async (services) => {
        const [{ CommandContext }, { AssetListService }] = await Promise.all([import('#identity'), import('#media')]);
        const organisation = options.organisation as string | undefined;
        const context = await services.get(CommandContext).create('media list', ['asset.read'], organisation);
        return runAs(context, () => services.get(AssetListService).list(query));
      },
      async () => [(await import('#media')).MediaModule],
    );
    if (json) terminal.answer(page);
    const rows = page.items.map(({ id, shownAt, kind: is, state, name }) => [id, shownAt.slice(0, 10), is, state, name]);
    for (const line of formatTable(rows)) terminal.say(line);
  },
});

export const commands = [exportCommand, importCommand, list, openExportCommand];
