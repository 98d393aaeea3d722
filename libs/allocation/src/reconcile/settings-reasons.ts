import { changedSettings, deriveWith, type SettledManifest } from '#manifest';
import type { PlannedChange } from '#reconcile';
import { tellingPrograms } from '../memory/running-figures.ts';
import type { DesiredBudgets } from './budget-plan.ts';

/** What programs are told other than now because of wished budgets, and what of it does not fit, as sentences of a plan by the id of the workload. */
export function settingReasons(
  appliance: SettledManifest,
  { declared, wished }: Pick<DesiredBudgets, 'declared' | 'wished'>,
): { workload: string; sentence: string }[] {
  const later = deriveWith(appliance, wished);
  const changes = changedSettings(deriveWith(appliance, declared).settings, later.settings);
  const told = changes.map(({ workload, program, name, unit, from, to }) => ({
    workload,
    sentence: `${program}: ${name} ${from ?? 'not said'} → ${to ?? 'not said'} ${unit}, from its next start.`,
  }));
  const short = later.obstacles.flatMap(({ workload, message }) =>
    workload === null ? [] : [{ workload, sentence: `Does not fit: ${message}` }],
  );
  return [...told, ...short];
}

/** Figures of PostgreSQL and Redis that wished budgets make others, in force once the server has started anew, and which of the services that is. */
export function settingChanges(
  appliance: SettledManifest,
  { declared, wished }: Pick<DesiredBudgets, 'declared' | 'wished'>,
  services: readonly string[],
): { changes: PlannedChange[]; restarts: string[] } {
  const settings = changedSettings(deriveWith(appliance, declared).settings, deriveWith(appliance, wished).settings);
  const told = settings.filter(({ program }) => tellingPrograms.some((one) => one === program));
  return {
    changes: told.map(({ workload, name, unit, from, to }) => ({
      ...{ subject: workload, what: name, restartNeeded: true },
      ...{ from: from === null ? null : `${from} ${unit}`, to: to === null ? null : `${to} ${unit}` },
    })),
    // Debian calls them `postgresql@.service` and `redis-server.service`.
    restarts: services.filter((service) => told.some(({ program }) => service.startsWith(program))),
  };
}

/** The reasons of a plan with further sentences. */
export function withSentences(
  reasons: Readonly<Record<string, string[]>>,
  more: readonly { workload: string; sentence: string }[],
): Record<string, string[]> {
  const all = Object.fromEntries(Object.entries(reasons).map(([id, sentences]) => [id, [...sentences]]));
  for (const { workload, sentence } of more) all[workload] = [...(all[workload] ?? []), sentence];
  return all;
}
