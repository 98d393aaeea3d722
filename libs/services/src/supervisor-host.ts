import { join } from 'node:path';
import type { Appliance } from '#manifest';
import { askForRestart, readStatus, type ServiceStatus } from '#supervisor';
import {
  type HostedService,
  type ServiceKind,
  type ServiceState,
  unknownService,
  workerTitle,
} from './domain/hosted-service.ts';
import { readLogFile } from './log-file.adapter.ts';
import { accountOf, allowedCpus, ProcessTable } from './process-facts.adapter.ts';
import type { LogPage, LogQuery, ServiceHost } from './service-host.ts';

const kinds: Record<string, { kind: ServiceKind; id: string; title: string }> = {
  supervisor: { kind: 'supervisor', id: 'supervisor', title: 'Supervisor' },
  postgres: { kind: 'postgresql', id: 'postgresql', title: 'PostgreSQL' },
  redis: { kind: 'redis', id: 'redis', title: 'Redis' },
  keyd: { kind: 'keystore', id: 'keyd', title: 'Keystore' },
  prometheus: { kind: 'prometheus', id: 'prometheus', title: 'Prometheus' },
  api: { kind: 'api', id: 'api', title: 'API and portal' },
};

const states: Record<ServiceStatus['state'], ServiceState> = {
  starting: 'starting',
  running: 'running',
  restarting: 'starting',
  stopping: 'stopped',
  stopped: 'stopped',
  failed: 'failed',
  missing: 'unknown',
};

/** The services of `./holdfast up`: what its supervisor writes down, and what the kernel says of the processes. */
export class SupervisorHost implements ServiceHost {
  readonly kind = 'supervisor';
  private readonly appliance: Appliance;

  constructor(appliance: Appliance) {
    this.appliance = appliance;
  }

  async list(): Promise<HostedService[]> {
    const { services } = await readStatus(this.appliance);
    const table = new ProcessTable();
    return services.map((service) => this.describe(service, table));
  }

  async readLog({ id }: HostedService, query: LogQuery): Promise<LogPage> {
    return readLogFile(join(this.appliance.paths.logs, `${nameOf(id)}.log`), query);
  }

  async whyNoRestart({ kind }: HostedService): Promise<string | undefined> {
    return kind === 'supervisor' ? 'Everything runs below it: ./holdfast down, then ./holdfast up.' : undefined;
  }

  restart({ id }: HostedService): Promise<void> {
    return askForRestart(this.appliance, nameOf(id));
  }

  private describe(service: ServiceStatus, table: ProcessTable): HostedService {
    const { name, pid, uptimeSeconds, lastExit, address } = service;
    const { kind, id, title } = kinds[name] ?? { kind: 'worker' as const, id: name, title: workerTitle(name) };
    const isOpen = kind === 'api' || kind === 'supervisor';
    const since = uptimeSeconds === null ? (lastExit?.at ?? null) : new Date(Date.now() - uptimeSeconds * 1000).toISOString();
    return {
      ...unknownService(id, kind, title),
      state: states[service.state],
      since,
      restarts: service.restarts,
      lastExit: lastExit
        ? `ended ${lastExit.signal ? `by ${lastExit.signal}` : `with exit code ${lastExit.code}`} at ${lastExit.at}`
        : null,
      pid,
      memoryBytes: service.memoryBytes,
      // The supervisor's children are the others.
      cpuMicroseconds: pid === null || kind === 'supervisor' ? null : table.cpuMicroseconds(pid),
      user: pid === null ? null : accountOf(pid),
      cpus: pid === null ? null : allowedCpus(pid),
      socket: isOpen ? null : address,
      port: kind === 'api' ? this.appliance.listen.port : null,
    };
  }
}

/** The supervisor's own name of a service. */
function nameOf(id: string): string {
  return Object.entries(kinds).find(([, known]) => known.id === id)?.[0] ?? id;
}
