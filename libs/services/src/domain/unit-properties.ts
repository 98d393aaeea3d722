/** Properties of a unit by name, as `systemctl show` writes them. */
export type UnitProperties = Partial<Record<(typeof unitProperties)[number], string>>;

/** What is asked of each unit. */
export const unitProperties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'NRestarts',
  'MainPID',
  'MemoryCurrent',
  'CPUUsageNSec',
  'Slice',
  'User',
  'EffectiveCPUs',
  'StateChangeTimestamp',
] as const;

/** Reads what `systemctl show` says of several units: blocks of NAME=VALUE with an empty line between. */
export function readUnits(text: string): Map<string, UnitProperties> {
  const blocks = text.split(/\n\s*\n/).map((block) => {
    const pairs = block.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    });
    return Object.fromEntries(pairs) as UnitProperties;
  });
  return new Map(blocks.flatMap((block): [string, UnitProperties][] => (block.Id ? [[block.Id, block]] : [])));
}
