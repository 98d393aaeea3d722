import { resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { parseInput, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import type { ExportTally } from '#media';
import { type ImportState, showProgress } from '../import-progress.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

/** Where to, and what of the library; all of it where nothing is said. */
export interface ExportWish {
  folder: string;
  /** Answers what the export is sealed with, or nothing for a plain one; asked once the appliance is known to run. */
  passphrase: () => Promise<Buffer | undefined>;
  collection?: string | undefined;
  tag?: string | undefined;
  kind?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  organisation?: string | undefined;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Writes originals of the running appliance into a folder, sealed or plain; answers what came of it, also when stopped early. */
export function exportMedia(appliance: Appliance, wish: ExportWish): Promise<ExportTally> {
  return withServices(
    appliance,
    async (services) => {
      const { CommandContext } = await import('#identity');
      const context = await services.get(CommandContext).create('media export', ['asset.download'], wish.organisation);
      return runAs(context, () => run(services, wish));
    },
    async () => [(await import('#media')).MediaModule],
  );
}

async function run(services: INestApplicationContext, wish: ExportWish): Promise<ExportTally> {
  const { ExportService, getTimeline } = await import('#media');
  const exports = services.get(ExportService);
  const { kind, from, to } = wish;
  const { query } = parseInput(getTimeline, { params: {}, query: { kind, from, to }, body: {} });
  const collection = wish.collection === undefined ? undefined : await exports.idOf('collection', wish.collection);
  const tag = wish.tag === undefined ? undefined : await exports.idOf('tag', wish.tag);
  const passphrase = await wish.passphrase();
  const state: ImportState = { files: 0, bytes: 0, failed: 0, totalFiles: 0, totalBytes: 0, isCounted: true };
  const endProgress = showProgress(wish.terminal, state);
  try {
    return await exports.run({
      folder: resolve(wish.folder),
      passphrase,
      filter: { ...(query as object), collection, tag },
      signal: wish.signal,
      onCount: ({ files, bytes }) => Object.assign(state, { totalFiles: files, totalBytes: bytes }),
      onFile: (asset, error) => {
        state.files += 1;
        state.bytes += asset.sizeBytes;
        if (error) state.failed += 1;
      },
    });
  } finally {
    endProgress();
    passphrase?.fill(0);
  }
}
