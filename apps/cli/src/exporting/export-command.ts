import { resolve } from 'node:path';
import { HoldfastError } from '#kernel';
import { defineCommand } from '../command.ts';
import { stopOnSignal } from '../stop-on-signal.ts';
import { passphraseOptions, readExportPassphrase, readNewExportPassphrase } from './export-passphrase.ts';
import { sayExport } from './say-export.ts';

/** `media export`: sealed with a passphrase unless `--plain` says otherwise. */
export const exportCommand = defineCommand({
  name: 'media export',
  summary: 'Write originals into a folder, sealed with a passphrase; nothing there is overwritten. Run again to go on.',
  permission: 'asset.download',
  account: 'caller',
  arguments: [{ notation: '<folder>', summary: 'folder to write into; made where there is none' }],
  options: [
    { flags: '--plain', summary: 'write them unencrypted, under their own names' },
    ...passphraseOptions,
    { flags: '--collection <name>', summary: 'only what is in this collection' },
    { flags: '--tag <name>', summary: 'only what carries this tag' },
    { flags: '--kind <kind>', summary: 'only image, video, audio, document, text or unknown' },
    { flags: '--from <day>', summary: 'only what was captured on or after this day, such as 2024-03-01' },
    { flags: '--to <day>', summary: 'only what was captured on or before this day' },
    { flags: '--organisation <name>', summary: 'organisation to export from, where there are several' },
  ],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const sealed = options.plain !== true;
    if (!sealed && (options.passphraseFile !== undefined || options.passphraseStdin === true)) throw plainWithPassphrase();
    const { exportMedia } = await import('./export-media.ts');
    const stop = stopOnSignal();
    const words = options as Record<string, string | undefined>;
    const folder = resolve(String(given.folder));
    const passphrase = async () => (sealed ? passphraseFor(folder, options) : undefined);
    const tally = await exportMedia(appliance, { ...words, folder, passphrase, terminal, signal: stop.signal });
    if (json) terminal.answer({ ...tally, sealed, stopped: stop.signal.aborted });
    const code = sayExport(terminal, tally, stop.signal.aborted);
    if (sealed) terminal.say(`  Sealed. Read it back with ./holdfast media open-export ${folder} --to FOLDER.`);
    else terminal.complain(`  The files lie in ${folder} unencrypted: whoever has the folder can read them.`);
    return code;
  },
});

async function passphraseFor(folder: string, options: Record<string, unknown>): Promise<Buffer> {
  const { isSealedExport } = await import('#media');
  return (await isSealedExport(folder)) ? readExportPassphrase(options) : readNewExportPassphrase(options);
}

function plainWithPassphrase(): HoldfastError {
  return new HoldfastError('EXPORT_PLAIN_WITH_PASSPHRASE', {
    kind: 'invalid',
    message: 'A plain export has no passphrase.',
    action: 'Leave out --plain to seal it, or leave out the passphrase.',
  });
}
