import { type ChangedSetting, changedSettings, type Setting } from '#manifest';

/** What servers and workers say they run with, by program and name: memory in kB, all else as it is counted. Whoever does not answer is not in it. */
export type RunningFigures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Servers that say themselves what they run with. */
export const tellingPrograms = ['postgresql', 'redis'] as const;

/**
 * What programs have now, and what they get with their next start: where one says itself what it runs with, that; otherwise what it was told when this
 * process was started. Pure.
 */
export function figuresNow(
  told: readonly Setting[],
  next: readonly Setting[],
  running: RunningFigures,
): { settings: Setting[]; fromNextStart: ChangedSetting[] } {
  const now = told.map((setting) => {
    const value = figureOf(setting, running);
    if (value === undefined || value === setting.value) return setting;
    const later = next.find(({ program, name }) => program === setting.program && name === setting.name);
    // A server that was started anew has what followed meanwhile.
    return later?.value === value ? later : { ...setting, value, formula: 'what it was started with' };
  });
  return { settings: now, fromNextStart: changedSettings(now, next) };
}

function figureOf({ program, name, unit }: Setting, running: RunningFigures): number | undefined {
  const figure = running[program]?.[name];
  return figure !== undefined && unit === 'MB' ? Math.round(figure / 1024) : figure;
}
