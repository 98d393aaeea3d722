import type { GpuDescription } from '#allocation';
import { formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** Says which cards there are and what they do, or why there are none. */
export function sayCards(terminal: Terminal, { cards, problem }: GpuDescription): void {
  if (problem !== null) terminal.say(problem);
  if (cards.length === 0) return;
  const figure = (value: number | null, unit: string) => (value === null ? '–' : `${value} ${unit}`);
  const rows = cards.map((card) => [
    String(card.index),
    card.name,
    card.memoryMb === null ? '–' : `${figure(card.usedMb, 'MB')} of ${card.memoryMb}`,
    figure(card.utilisationPercent, '%'),
    card.encoderSessions === null ? '–' : String(card.encoderSessions),
    figure(card.temperatureCelsius, '°C'),
    figure(card.powerWatts, 'W'),
    card.driver,
  ]);
  const heads = ['card', 'name', 'memory', 'busy', 'films', 'heat', 'power', 'driver'];
  for (const line of formatTable([heads, ...rows])) terminal.say(line);
}

/** Says who may take how much of which card. */
export function sayShares(terminal: Terminal, { declared, plan }: GpuDescription): void {
  if (declared.length === 0) {
    terminal.say('No shares of cards are declared.');
    return;
  }
  const rows = declared.flatMap(({ card, shares }) =>
    shares.map((share) => [
      card,
      share.workload,
      `${share.ceilingPercent} %`,
      `${share.memoryMb} MB`,
      `${share.processes}`,
      `${share.encoderSessions}`,
    ]),
  );
  for (const line of formatTable([['card', 'workload', 'ceiling', 'memory', 'processes', 'films'], ...rows]))
    terminal.say(line);
  for (const warning of plan?.warnings ?? []) terminal.say(`! ${warning}`);
}
