import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import type { Appliance } from '#manifest';
import { type ApplianceState, addressOf, readLiveState, readState, type ServiceState } from './appliance-state.ts';
import { isApiReady } from './node-service.ts';
import { isRunning, residentBytes } from './process-identity.ts';
import type { ServiceStatus } from './service-status.ts';
import { readUnit, readUnitServices } from './units/systemctl.adapter.ts';
import { targetUnit } from './units/unit-list.ts';
import { phaseOfTarget, startOf } from './units/unit-status.ts';

/** The appliance as `status` shows it. */
export interface ApplianceStatus {
  running: boolean;
  phase: ApplianceState['phase'] | 'stopped';
  /** Whether the api answers and says that it is ready. */
  healthy: boolean;
  address: string;
  home: string;
  startedAt: string | null;
  services: ServiceStatus[];
  disk: { path: string; freeBytes: number; totalBytes: number } | null;
  /** Why the last start failed, where it did. */
  failure: ApplianceState['failure'] | null;
}

function proportionalBytes(pid: number): number | undefined {
  try {
    const match = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return match ? Number(match[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Children of every process, from one reading of /proc. */
function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has just ended.
    }
  return children;
}

function treeBytes(pid: number, children: Map<number, number[]>): number {
  const own = proportionalBytes(pid) ?? residentBytes(pid) ?? 0;
  return (children.get(pid) ?? []).reduce((sum, child) => sum + treeBytes(child, children), own);
}

function secondsSince(time: string | undefined): number | null {
  return time ? Math.round((Date.now() - Date.parse(time)) / 1000) : null;
}

function describe(service: ServiceState, children: Map<number, number[]>): ServiceStatus {
  const { identity } = service;
  const alive = identity !== undefined && isRunning(identity);
  return {
    name: service.name,
    state: service.state === 'running' && !alive ? 'restarting' : service.state,
    pid: alive ? identity.pid : null,
    uptimeSeconds: alive ? secondsSince(service.startedAt) : null,
    memoryBytes: alive ? treeBytes(identity.pid, children) : null,
    restarts: service.restarts,
    version: service.version ?? null,
    address: service.address ?? null,
    lastExit: service.lastExit ?? null,
  };
}

function diskOf(path: string): ApplianceStatus['disk'] {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

/** Reads what runs from the supervisor's state and the kernel, or from systemd; works with and without a running appliance. */
export async function readStatus(appliance: Appliance): Promise<ApplianceStatus> {
  return appliance.isRunBySystemd ? statusOfUnits(appliance) : statusOfSupervisor(appliance);
}

async function statusOfUnits(appliance: Appliance): Promise<ApplianceStatus> {
  const [target, services, healthy] = await Promise.all([
    readUnit(targetUnit),
    readUnitServices(appliance),
    isApiReady(appliance),
  ]);
  const phase = phaseOfTarget(target, services);
  return {
    running: phase !== 'stopped',
    phase,
    healthy,
    address: addressOf(appliance),
    home: appliance.home,
    startedAt: startOf(target),
    services,
    disk: diskOf(appliance.home),
    failure: null,
  };
}

async function statusOfSupervisor(appliance: Appliance): Promise<ApplianceStatus> {
  const live = readLiveState(appliance);
  const children = live ? childrenByParent() : new Map<number, number[]>();
  const supervisor: ServiceState | undefined = live && {
    name: 'supervisor',
    state: 'running',
    identity: live.supervisor,
    startedAt: live.startedAt,
    restarts: 0,
  };
  const services = live ? live.services.map((service) => describe(service, children)) : [];
  return {
    running: live !== undefined,
    phase: live?.phase ?? 'stopped',
    healthy: live !== undefined && (await isApiReady(appliance)),
    address: addressOf(appliance),
    home: appliance.home,
    startedAt: live?.startedAt ?? null,
    // The supervisor's own memory without that of what it supervises.
    services: supervisor ? [describe(supervisor, new Map()), ...services] : [],
    disk: diskOf(appliance.home),
    failure: live ? null : (readState(appliance)?.failure ?? null),
  };
}
