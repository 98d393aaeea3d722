import type { ServiceStatus } from '../service-status.ts';

/** What `systemctl show` says of a unit, by the name of the property. */
export type UnitProperties = Readonly<Record<string, string>>;

/** The properties that a status is made of. */
export const statusProperties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'MainPID',
  'NRestarts',
  'ActiveEnterTimestamp',
  'MemoryCurrent',
] as const;

/** Reads what `systemctl show` prints for several units: lines `Name=value`, an empty one between units. */
export function parseUnitProperties(text: string): UnitProperties[] {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .map((part) =>
      Object.fromEntries(
        part
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    );
}

const states: Readonly<Record<string, ServiceStatus['state']>> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  failed: 'failed',
  inactive: 'stopped',
};

function stateOf({ LoadState, SubState, ActiveState }: UnitProperties): ServiceStatus['state'] {
  if (LoadState === 'not-found') return 'missing';
  return SubState === 'auto-restart' ? 'restarting' : (states[ActiveState ?? ''] ?? 'stopped');
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The status of a service as its unit has it. Times are as `systemctl show --timestamp=unix` prints them: `@seconds`. */
export function describeUnit(
  { name, address }: { name: string; address?: string },
  found: UnitProperties,
  nowMs: number,
): ServiceStatus {
  const since = /^@(\d+)$/.exec(found.ActiveEnterTimestamp ?? '')?.[1];
  const state = stateOf(found);
  const pid = numberOf(found.MainPID);
  return {
    name,
    state,
    pid: pid === 0 ? null : pid,
    uptimeSeconds: state === 'running' && since ? Math.round(nowMs / 1000 - Number(since)) : null,
    memoryBytes: numberOf(found.MemoryCurrent),
    restarts: numberOf(found.NRestarts) ?? 0,
    version: null,
    address: address ?? null,
    lastExit: null,
  };
}

/** When a unit became active, as an ISO time; null while it is not. */
export function startOf({ ActiveState, ActiveEnterTimestamp = '' }: UnitProperties): string | null {
  const seconds = /^@(\d+)$/.exec(ActiveEnterTimestamp)?.[1];
  return ActiveState === 'active' && seconds ? new Date(Number(seconds) * 1000).toISOString() : null;
}

/** How the appliance is, by its target and its services: a target is active as soon as it was asked for. */
export function phaseOfTarget(
  { ActiveState }: UnitProperties,
  services: readonly ServiceStatus[],
): 'stopped' | 'starting' | 'ready' | 'stopping' {
  if (ActiveState === 'deactivating') return 'stopping';
  if (ActiveState === 'activating' || services.some(({ state }) => state === 'starting')) return 'starting';
  return ActiveState === 'active' ? 'ready' : 'stopped';
}
