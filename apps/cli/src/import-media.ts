import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext } from '@nestjs/common';
import { HoldfastError, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import type { FolderImportOptions, ImportTally } from '#media';
import { type ImportState, showProgress } from './import-progress.ts';
import type { Terminal } from './terminal.ts';
import { withServices } from './with-services.ts';

export interface ImportOrder {
  folder: string;
  /** Go on with what lands in the folder, until stopped. */
  watch: boolean;
  organisation?: string | undefined;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Throws IMPORT_FOLDER_MISSING. */
function requireFolder(folder: string): string {
  const path = resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new HoldfastError('IMPORT_FOLDER_MISSING', {
    kind: 'invalid',
    message: `${path} is no folder that can be read here.`,
    action: 'Give the path of a folder.',
  });
}

/** Imports a folder into the running appliance; answers what came of it, also when stopped early. */
export function importMedia(appliance: Appliance, order: ImportOrder): Promise<ImportTally> {
  const folder = requireFolder(order.folder);
  // As in the api process: bytes that stream through must not make V8 mark its whole heap again and again.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  return withServices(
    appliance,
    async (services) => {
      const { CommandContext } = await import('#identity');
      const commands = services.get(CommandContext);
      const context = await commands.create('media import', ['asset.create'], order.organisation);
      return runAs(context, () => run(services, appliance, { ...order, folder }));
    },
    async () => [(await import('#media')).MediaModule],
  );
}

async function run(services: INestApplicationContext, appliance: Appliance, order: ImportOrder): Promise<ImportTally> {
  const { emptyTally, FileImportService, importFolder, watchFolder } = await import('#media');
  const { folder, signal, terminal } = order;
  const files = services.get(FileImportService);
  const tally = emptyTally();
  const state: ImportState = { files: 0, bytes: 0, failed: 0, totalFiles: 0, totalBytes: 0, isCounted: false };
  const options: FolderImportOptions = {
    folder,
    signal,
    importFile: (found, stop) => files.import(found, stop),
    onFile: (found, outcome) => {
      state.files += 1;
      state.bytes += found.sizeBytes;
      if (outcome instanceof HoldfastError) state.failed += 1;
      else if (order.watch) terminal.say(`  ${outcome.isDuplicate ? 'known' : 'new  '}  ${found.folder}/${found.name}`);
    },
  };
  if (order.watch) {
    terminal.say(`Watching ${folder}. Stop with Ctrl-C.`);
    await watchFolder(tally, appliance.ingest.watchSettleSeconds, options);
    return tally;
  }
  const endProgress = showProgress(terminal, state);
  if (terminal.interactive) void count(folder, state, signal).catch(() => {});
  try {
    await importFolder(tally, options);
  } finally {
    endProgress();
  }
  return tally;
}

/** Looks through the folders ahead of the import, so that progress knows its end. */
async function count(folder: string, state: ImportState, signal: AbortSignal): Promise<void> {
  const { filesOf } = await import('#media');
  for await (const { sizeBytes } of filesOf(folder)) {
    if (signal.aborted) return;
    state.totalFiles += 1;
    state.totalBytes += sizeBytes;
  }
  state.isCounted = true;
}
