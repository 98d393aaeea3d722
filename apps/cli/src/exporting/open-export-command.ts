import { resolve } from 'node:path';
import { HoldfastError } from '#kernel';
import type { ListedExport, OpenedExport } from '#media';
import { type CommandContext, defineCommand, exitCodes } from '../command.ts';
import { formatBytes, formatTable } from '../format.ts';
import { type ImportState, showProgress } from '../import-progress.ts';
import { stopOnSignal } from '../stop-on-signal.ts';
import { passphraseOptions, readExportPassphrase } from './export-passphrase.ts';
import { sayExport } from './say-export.ts';

/** `media open-export`: reads a sealed export back; needs no running appliance. */
export const openExportCommand = defineCommand({
  name: 'media open-export',
  summary: 'Read a sealed export back, every file checked; needs no running appliance, and overwrites nothing.',
  permission: 'local',
  account: 'caller',
  arguments: [{ notation: '<folder>', summary: 'the folder that export.json lies in' }],
  options: [
    { flags: '--to <folder>', summary: 'folder to write the originals into, under their own names' },
    { flags: '--list', summary: 'only show what the export holds' },
    ...passphraseOptions,
  ],
  run: async (context, { arguments: given, options }) => {
    const { to, list } = options;
    if ((to === undefined) === (list !== true)) throw whereTo();
    const folder = resolve(String(given.folder));
    const { isSealedExport, OpenedExport } = await import('#media');
    // Somebody who is not in the right folder should not have to type first.
    const passphrase = (await isSealedExport(folder)) ? await readExportPassphrase(options) : Buffer.alloc(0);
    const opened = await OpenedExport.open(folder, passphrase).finally(() => passphrase.fill(0));
    try {
      return to === undefined ? sayList(context, opened.list()) : await writeTo(context, opened, resolve(String(to)));
    } finally {
      opened.close();
    }
  },
});

function sayList({ terminal, json }: CommandContext, listed: ListedExport): number {
  if (json) terminal.answer(listed);
  const rows = listed.files.map(({ path, sizeBytes, capturedAt, addedAt }) => [
    (capturedAt ?? addedAt).slice(0, 10),
    formatBytes(sizeBytes).padStart(8),
    path,
  ]);
  for (const line of formatTable(rows)) terminal.say(line);
  if (!listed.isComplete) terminal.complain(unfinished);
  return exitCodes.ok;
}

async function writeTo({ terminal, json }: CommandContext, opened: OpenedExport, target: string): Promise<number> {
  const stop = stopOnSignal();
  const state: ImportState = { files: 0, bytes: 0, failed: 0, totalFiles: 0, totalBytes: 0, isCounted: true };
  const endProgress = showProgress(terminal, state);
  const tally = await opened
    .writeTo({
      target,
      signal: stop.signal,
      onCount: ({ files, bytes }) => Object.assign(state, { totalFiles: files, totalBytes: bytes }),
      onFile: ({ sizeBytes }, error) => {
        state.files += 1;
        state.bytes += sizeBytes;
        if (error) state.failed += 1;
      },
    })
    .finally(endProgress);
  if (json) terminal.answer({ ...tally, stopped: stop.signal.aborted });
  const code = sayExport(terminal, tally, stop.signal.aborted);
  if (!tally.isComplete) terminal.complain(unfinished);
  return code;
}

const unfinished =
  '  This export was never finished: what is missing was never written. Run media export once more to go on with it.';

function whereTo(): HoldfastError {
  return new HoldfastError('EXPORT_TARGET_NEEDED', {
    kind: 'invalid',
    message: 'Say where the originals go, or that you only want to see what there is.',
    action: 'Give --to FOLDER or --list.',
  });
}
