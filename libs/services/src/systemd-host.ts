import type { Appliance } from '#manifest';
import {
  type HostedService,
  type ServiceKind,
  type ServiceState,
  unknownService,
  workerTitle,
} from './domain/hosted-service.ts';
import { readUnits, type UnitProperties } from './domain/unit-properties.ts';
import { allowedCpus } from './process-facts.adapter.ts';
import type { LogPage, LogQuery, ServiceHost } from './service-host.ts';
import type { SystemdPrograms } from './systemd-programs.adapter.ts';
import { UnitLogs } from './unit-logs.adapter.ts';
import { UnitRestart } from './unit-restart.adapter.ts';

interface NamedUnit {
  id: string;
  kind: ServiceKind;
  title: string;
  unit: string;
  socket?: string | undefined;
  port?: number | undefined;
}

/** The units of a box as its manifest names them (docs/guides/install-on-a-server.md), in the order in which they are shown. */
function unitsOf({ workers, keys, services }: Appliance): NamedUnit[] {
  const { postgresql, redis, keystore, api, agent, nginx } = services;
  const { socket } = keystore;
  const keyd = { id: 'keyd', kind: 'keystore', title: 'Keystore', unit: keystore.unit, socket } as const;
  return [
    { id: 'postgresql', kind: 'postgresql', title: 'PostgreSQL', ...pick(postgresql) },
    { id: 'redis', kind: 'redis', title: 'Redis', ...pick(redis) },
    ...(keys.provider === 'embedded' ? [keyd] : []),
    { id: 'api', kind: 'api', title: 'API and portal', ...pick(api) },
    ...workers.map(({ name }) => ({
      ...{ id: name, kind: 'worker' as const, title: workerTitle(name) },
      unit: services.workers.unit.replace('@.', `@${name}.`),
    })),
    { id: 'agent', kind: 'agent', title: 'Host agent', ...pick(agent) },
    { id: 'nginx', kind: 'nginx', title: 'nginx', ...pick(nginx) },
    { id: 'prometheus', kind: 'prometheus', title: 'Prometheus', unit: 'holdfast-prometheus.service' },
  ];
}

function pick({
  unit,
  socket,
  port,
}: Pick<NamedUnit, 'unit' | 'socket' | 'port'>): Pick<NamedUnit, 'unit' | 'socket' | 'port'> {
  return { unit, socket, port };
}

const states: Record<string, ServiceState> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopped',
  inactive: 'stopped',
  failed: 'failed',
};

/** Services as units of systemd: `systemctl show` tells everybody how they are; the host agent reads their logs and restarts them. */
export class SystemdHost implements ServiceHost {
  readonly kind = 'systemd';
  private readonly appliance: Appliance;
  private readonly programs: SystemdPrograms;
  private readonly units: UnitRestart;
  private readonly logs: UnitLogs;

  constructor(appliance: Appliance, programs: SystemdPrograms) {
    this.appliance = appliance;
    this.programs = programs;
    const { socket } = appliance.services.agent;
    this.units = new UnitRestart(socket);
    this.logs = new UnitLogs(socket);
  }

  async list(): Promise<HostedService[]> {
    const named = unitsOf(this.appliance);
    const found = readUnits(await this.programs.show(named.map(({ unit }) => unit)));
    // What is not installed is no service of this box; the appliance's own are missed where they are not.
    const optional = new Set<ServiceKind>(['agent', 'nginx', 'prometheus']);
    return named.flatMap((service) => {
      const properties = found.get(service.unit);
      if (optional.has(service.kind) && properties?.LoadState !== 'loaded') return [];
      return [describe(service, properties)];
    });
  }

  async readLog({ unit }: HostedService, query: LogQuery): Promise<LogPage> {
    if (unit === null) return { lines: [], cursor: null, source: null, reason: 'It is no unit.' };
    return this.logs.read(unit, query);
  }

  async whyNoRestart({ unit }: HostedService): Promise<string | undefined> {
    return unit === null ? 'It is no unit.' : this.units.whyNot(unit);
  }

  async restart({ unit }: HostedService): Promise<void> {
    if (unit !== null) await this.units.begin(unit);
  }
}

function describe(named: NamedUnit, properties: UnitProperties | undefined): HostedService {
  const { id, kind, title, unit, socket = null, port = null } = named;
  const base = { ...unknownService(id, kind, title), unit, socket, port };
  if (properties?.LoadState !== 'loaded')
    return { ...base, lastExit: properties ? `the unit is ${properties.LoadState}` : null };
  const pid = numberOf(properties.MainPID) || null;
  return {
    ...base,
    state: states[properties.ActiveState ?? ''] ?? 'unknown',
    since: instantOf(properties.StateChangeTimestamp),
    restarts: numberOf(properties.NRestarts),
    lastExit: properties.Result && properties.Result !== 'success' ? `ended with ${properties.Result}` : null,
    pid,
    memoryBytes: numberOf(properties.MemoryCurrent),
    cpuMicroseconds: nanoseconds(properties.CPUUsageNSec),
    user: properties.User || 'root',
    slice: properties.Slice || null,
    cpus: properties.EffectiveCPUs || (pid === null ? null : allowedCpus(pid)),
  };
}

/** `[not set]` and 2^64-1 say that it is not measured. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function nanoseconds(text: string | undefined): number | null {
  const number = numberOf(text);
  return number === null ? null : Math.round(number / 1000);
}

/** `@1790000000` (systemctl --timestamp=unix). */
function instantOf(text: string | undefined): string | null {
  const seconds = numberOf(text?.replace(/^@/, ''));
  return seconds === null || seconds === 0 ? null : new Date(seconds * 1000).toISOString();
}
