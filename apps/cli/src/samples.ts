import type { CommandContext } from './command.ts';
import { formatBytes } from './format.ts';
import { withServices } from './with-services.ts';

/** Brings sample media into the running appliance, real ones where packages can be fetched. Run again, it sends nothing twice. */
export async function loadSamples({ appliance, terminal }: CommandContext): Promise<void> {
  const [{ prepareSamples }, { importMedia }] = await Promise.all([
    import('./samples/prepare-samples.ts'),
    import('./import-media.ts'),
  ]);
  terminal.say('');
  const { folder } = await prepareSamples(appliance.paths.samples, (line) => terminal.say(`  ${line}`));
  await withServices(appliance, async (services) => {
    const { SetupService } = await import('#identity');
    await services.get(SetupService).ensureOrganisation();
  });
  const tally = await importMedia(appliance, {
    folder,
    watch: false,
    organisation: undefined,
    terminal,
    signal: new AbortController().signal,
  });
  const known = tally.knownFiles > 0 ? `, ${tally.knownFiles} known already` : '';
  terminal.say(
    `✓ ${tally.newFiles} sample files (${formatBytes(tally.bytes)}) are in${known}; they are analysed within minutes.`,
  );
}
