import type { Answer } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';

export type HoldCheck = Answer<'checkHolds'>;

export const noneChecked: HoldCheck = { assets: 0, held: 0, holds: [] };

/** What two checks of different assets found together. */
export function sumOfChecks(one: HoldCheck, other: HoldCheck): HoldCheck {
  const holds = new Map(one.holds.map((hold) => [hold.id, hold]));
  for (const hold of other.holds) holds.set(hold.id, { ...hold, assets: hold.assets + (holds.get(hold.id)?.assets ?? 0) });
  return { assets: one.assets + other.assets, held: one.held + other.held, holds: [...holds.values()] };
}

const mostNamed = 3;

/** Which of `asked` assets are held already, by which holds, and how many are gone, in sentences. */
export function heldInWords(asked: number, { assets, held, holds }: HoldCheck): string {
  const gone = asked - assets;
  const sentences = [heldSentence(assets, held, holds)];
  if (gone > 0) sentences.push(`${formatCounted(gone, 'asset')} ${gone === 1 ? 'is' : 'are'} gone by now.`);
  return sentences.join(' ');
}

function heldSentence(assets: number, held: number, holds: HoldCheck['holds']): string {
  if (held === 0) return assets === 1 ? 'It is under no hold yet.' : 'None of them is under a hold yet.';
  const named = holds
    .slice(0, mostNamed)
    .map(({ name, assets: count }) => `“${name}”${assets > 1 ? ` (${formatCount(count)})` : ''}`);
  const more = holds.length - named.length;
  const by = [...named, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
  const which =
    assets === 1 ? 'It is' : held === assets ? 'All of them are' : `${formatCount(held)} of them ${held === 1 ? 'is' : 'are'}`;
  return `${which} held already, by ${by}; what several hold is free when the last is released.`;
}
