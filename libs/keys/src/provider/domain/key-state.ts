import type { KeyState, ProviderHealth } from '../key-provider.ts';

/** What is known of a key provider: its state as the appliance takes it, since when, and when it was last READY (on a clock that never goes back). */
export interface KnownState {
  state: KeyState;
  reason: string | null;
  sinceMs: number;
  lastReadyMs: number | undefined;
}

/** Before anything was asked. */
export function unknownState(nowMs: number): KnownState {
  return { state: 'SEALED', reason: 'The key provider has not been asked yet.', sinceMs: nowMs, lastReadyMs: undefined };
}

function judge(
  known: KnownState,
  health: ProviderHealth,
  nowMs: number,
  cacheMs: number,
): Pick<KnownState, 'state' | 'reason'> {
  if (health.state !== 'DEGRADED') return { state: health.state, reason: health.reason };
  const away = health.reason ?? 'The key provider is away.';
  if (known.lastReadyMs === undefined) return { state: 'SEALED', reason: `${away} Nothing has been opened since the start.` };
  if (nowMs - known.lastReadyMs <= cacheMs) return { state: 'DEGRADED', reason: away };
  return {
    state: 'SEALED',
    reason: `${away} It has been for more than ${Math.round(cacheMs / 60_000)} minutes: what was opened is forgotten.`,
  };
}

/**
 * What a provider's answer makes of what was known. A provider that is away leaves DEGRADED behind for `cacheMs` after it was last READY, then
 * SEALED; one that says that it is sealed is taken at its word at once.
 */
export function nextKeyState(known: KnownState, health: ProviderHealth, nowMs: number, cacheMs: number): KnownState {
  const { state, reason } = judge(known, health, nowMs, cacheMs);
  return {
    state,
    reason,
    sinceMs: state === known.state ? known.sinceMs : nowMs,
    lastReadyMs: state === 'READY' ? nowMs : state === 'SEALED' ? undefined : known.lastReadyMs,
  };
}
