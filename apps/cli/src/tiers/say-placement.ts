import type { AssetPlacement } from '#media';
import { formatBytes, formatInstant } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** Prints where an asset lies, why, and what comes next. */
export function sayPlacement({ name, assetId, original, renditions }: AssetPlacement, terminal: Terminal): void {
  terminal.say(`${terminal.style('bold', name)} ${terminal.style('dim', assetId)}`);
  terminal.say(
    `Original: ${formatBytes(original.bytes)} on ${original.tier} since ${day(original.placedAt)}, last used ${day(original.usedAt)}.`,
  );
  for (const sentence of original.why) terminal.say(`  ${sentence}`);
  if (original.next)
    terminal.say(`  ${original.next.sentence}${original.next.dueAt ? ` Not before ${day(original.next.dueAt)}.` : ''}`);
  else terminal.say('  No rule moves it.');
  for (const { tier, objects, bytes } of renditions) terminal.say(`Renditions: ${objects} (${formatBytes(bytes)}) on ${tier}.`);
  for (const move of original.history.slice(0, 5))
    terminal.say(
      terminal.style(
        'dim',
        `  ${day(move.plannedAt)} ${move.from} → ${move.to}: ${move.state}${move.error ? `, ${move.error.message}` : ''}`,
      ),
    );
}

function day(instant: string): string {
  return formatInstant(instant);
}
