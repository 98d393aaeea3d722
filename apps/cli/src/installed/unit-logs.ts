import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

/** The words for journalctl that show the log of one service, or of all. Throws LOG_NOT_FOUND. */
export async function journalWords(
  appliance: Appliance,
  service: string | undefined,
  { lines, follow }: { lines: number; follow: boolean },
): Promise<string[]> {
  const { unitsOf } = await import('#supervisor');
  const all = unitsOf(appliance);
  const wanted = all.filter(({ name }) => service === undefined || name === service);
  if (wanted.length === 0)
    throw new HoldfastError('LOG_NOT_FOUND', {
      kind: 'not-found',
      message: `There is no service ${service}.`,
      action: `There are: ${all.map(({ name }) => name).join(', ')}.`,
    });
  const units = wanted.flatMap(({ unit }) => ['--unit', unit]);
  return ['--no-pager', '--output=cat', '--lines', String(lines), ...(follow ? ['--follow'] : []), ...units];
}
