import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '#manifest';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import type { ProcessExit } from './server-process.ts';

export type AppliancePhase = 'starting' | 'ready' | 'stopping' | 'failed';

/** One line of the progress view. */
export interface StepState {
  name: string;
  /** What the step does, for the reader. */
  label: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** How long it took, once done or failed. */
  milliseconds?: number;
  /** What came out: a version, a count. */
  detail?: string;
}

/** A process that the supervisor keeps alive. */
export interface ServiceState {
  name: string;
  state: 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped';
  /** Undefined while it does not run. */
  identity?: ProcessIdentity;
  /** ISO time of its last start. */
  startedAt?: string;
  restarts: number;
  version?: string;
  /** Socket or URL it answers at. */
  address?: string;
  lastExit?: ProcessExit & { at: string };
}

/** What the supervisor tells everyone else: the content of `run/appliance.json`. */
export interface ApplianceState {
  supervisor: ProcessIdentity;
  phase: AppliancePhase;
  home: string;
  address: string;
  startedAt: string;
  readyAt?: string;
  steps: StepState[];
  services: ServiceState[];
  /** Why the last start failed. */
  failure?: { code: string; message: string; action?: string | undefined };
}

function stateFile(appliance: Appliance): string {
  return join(appliance.paths.run, 'appliance.json');
}

/** What the last supervisor wrote, alive or not. */
export function readState(appliance: Appliance): ApplianceState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(appliance), 'utf8')) as ApplianceState;
  } catch {
    return undefined;
  }
}

/** What a supervisor that is alive says; undefined where none is. */
export function readLiveState(appliance: Appliance): ApplianceState | undefined {
  const state = readState(appliance);
  return state && state.phase !== 'failed' && isRunning(state.supervisor) ? state : undefined;
}

/** Replaces the state in one step, so that a reader never sees half of it. */
export function writeState(appliance: Appliance, state: ApplianceState): void {
  mkdirSync(appliance.paths.run, { recursive: true, mode: 0o700 });
  writeFileSync(`${stateFile(appliance)}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${stateFile(appliance)}.new`, stateFile(appliance));
}

export function removeState(appliance: Appliance): void {
  rmSync(stateFile(appliance), { force: true });
}

/** Address of the portal for people: that of nginx where one stands before the api. */
export function addressOf(appliance: Appliance): string {
  const { port, names } = appliance.services.nginx;
  const [name] = names;
  if (appliance.isRunBySystemd && name) return `https://${name}${port === 443 ? '' : `:${port}`}`;
  return apiAddressOf(appliance);
}

/** Address of the api for programs on this machine. */
export function apiAddressOf(appliance: Appliance): string {
  const { host, port } = appliance.listen;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
