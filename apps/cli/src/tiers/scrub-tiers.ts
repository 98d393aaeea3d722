import type { Appliance } from '#manifest';
import type { ReconcileReport, ScrubReport } from '#storage';
import { exitCodes } from '../command.ts';
import { formatBytes } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

const everyMs = 1000;

interface ScrubWishes {
  terminal: Terminal;
  json: boolean;
  all: boolean;
  removeLeftovers: boolean;
}

/** Checks objects and looks for strays in this process. Ctrl-C ends it between two objects; what was checked stays checked. */
export async function scrubTiers(appliance: Appliance, { terminal, json, all, removeLeftovers }: ScrubWishes): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const found = await withServices(
    appliance,
    async (services) => {
      const { Reconciler, Scrubber } = await import('#storage');
      const scrubbed = await services
        .get(Scrubber, { strict: false })
        .run({ all, signal: stop.signal, onProgress: progress(terminal) });
      const reconciler = services.get(Reconciler, { strict: false });
      const reconciled = await reconciler.run(stop.signal);
      return { scrubbed, reconciled, removed: removeLeftovers ? await reconciler.removeLeftovers() : 0 };
    },
    async () => [(await import('#storage')).MoverModule],
  );
  if (json) terminal.answer({ ...found, stopped: stop.signal.aborted });
  else say(found, terminal);
  return found.scrubbed.damaged.length > 0 || found.scrubbed.skipped.length > 0 ? exitCodes.error : exitCodes.ok;
}

function progress(terminal: Terminal): (report: ScrubReport) => void {
  let shownAt = performance.now();
  return ({ examined, bytes }) => {
    if (performance.now() - shownAt < everyMs) return;
    shownAt = performance.now();
    terminal.say(`  ${examined} objects, ${formatBytes(bytes)}`);
  };
}

function say(
  { scrubbed, reconciled, removed }: { scrubbed: ScrubReport; reconciled: ReconcileReport; removed: number },
  terminal: Terminal,
): void {
  const { examined, bytes, repaired, damaged, skipped } = scrubbed;
  const sign = damaged.length > 0 ? terminal.style('red', '✗') : terminal.style('green', '✓');
  terminal.say(
    `${sign} ${examined} objects (${formatBytes(bytes)}) read back: ${damaged.length} damaged, ${repaired} repaired from another tier.`,
  );
  for (const { objectId, damage } of damaged.slice(0, 20))
    terminal.complain(`  ${objectId}: ${damage} Restore it from a backup.`);
  for (const name of skipped) terminal.complain(`  ${name} is not ready and was left out; \`holdfast tiers status\` says why.`);
  terminal.say(
    `${reconciled.strays} of ${reconciled.files} files are known to no row (${formatBytes(reconciled.strayBytes)}); they are listed and stay.`,
  );
  if (removed > 0) terminal.say(`${removed} unfinished copies were removed.`);
}
