import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { APPLIANCE, TenantDatabase } from '#database';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import type { Appliance } from '#manifest';
import { chooseHost } from './choose-host.ts';
import { type HostedService, interruptionOf } from './domain/hosted-service.ts';
import type { listServices, readServiceLogs, restartService } from './http/services.contract.ts';
import { ServiceHealth } from './service-health.ts';
import type { ServiceHost } from './service-host.ts';

type ServiceAnswer = AnswerOf<typeof listServices>['items'][number];

/** Measured over less, CPU time says nothing. */
const shortestLookMs = 500;

/** The processes that the appliance is made of: how they are, what they write, and restarting one of them. */
@Injectable()
export class ServicesService {
  private readonly looks = new Map<
    string,
    { pid: number | null; microseconds: number; atMs: number; percent: number | null }
  >();

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(ServiceHealth) private readonly health: ServiceHealth,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Throws SERVICES_SYSTEMD_UNREADABLE. */
  async list(): Promise<AnswerOf<typeof listServices>> {
    requireAccess('box.read');
    const host = await chooseHost(this.appliance);
    const services = await host.list();
    return { host: host.kind, items: await Promise.all(services.map((service) => this.describe(service, host))) };
  }

  /** Throws SERVICE_NOT_FOUND. */
  async readLog(id: string, query: InputOf<typeof readServiceLogs>['query']): Promise<AnswerOf<typeof readServiceLogs>> {
    requireAccess('services.logs');
    const { host, service } = await this.find(id);
    return host.readLog(service, query);
  }

  /** Throws SERVICE_NOT_FOUND, SERVICE_RESTART_UNAVAILABLE, and what whoever keeps the service refuses. */
  async restart(id: string): Promise<AnswerOf<typeof restartService>> {
    requireAccess('services.restart');
    const { host, service } = await this.find(id);
    const reason = await host.whyNoRestart(service);
    if (reason !== undefined)
      throw new HoldfastError('SERVICE_RESTART_UNAVAILABLE', {
        kind: 'unavailable',
        message: `${service.title} cannot be restarted from here.`,
        action: reason,
      });
    // Committed before anything stops: it may be the database that is restarted.
    await this.database.run((sql) => this.audit.record(sql, { action: 'service.restarted', target: { kind: 'service', id } }));
    await host.restart(service);
    return { id, begunAt: new Date().toISOString() };
  }

  private async find(id: string): Promise<{ host: ServiceHost; service: HostedService }> {
    const host = await chooseHost(this.appliance);
    const services = await host.list();
    const service = services.find((one) => one.id === id);
    if (service) return { host, service };
    throw new HoldfastError('SERVICE_NOT_FOUND', {
      kind: 'not-found',
      message: `There is no service ${id}.`,
      action: `There are ${services.map((one) => one.id).join(', ')}.`,
    });
  }

  private async describe(service: HostedService, host: ServiceHost): Promise<ServiceAnswer> {
    const [health, reason] = await Promise.all([this.health.check(service), host.whyNoRestart(service)]);
    const { cpuMicroseconds: _, ...known } = service;
    return {
      ...known,
      state: stateOf(service, health.ok),
      cpuPercent: this.cpuPercent(service),
      health: { ...health, checkedAt: new Date().toISOString() },
      interruption: interruptionOf(service.kind, this.appliance.keys.seal),
      restart: { possible: reason === undefined, reason: reason ?? null },
    };
  }

  /** CPU time since the last look at the same process; looks that follow each other quickly share an answer. */
  private cpuPercent({ id, pid, cpuMicroseconds: microseconds }: HostedService): number | null {
    if (microseconds === null) return null;
    const former = this.looks.get(id);
    const atMs = performance.now();
    const isSame = former?.pid === pid;
    if (former && isSame && atMs - former.atMs < shortestLookMs) return former.percent;
    const share = former && isSame ? (microseconds - former.microseconds) / ((atMs - former.atMs) * 10) : null;
    const percent = share === null ? null : Math.max(0, Math.round(share * 10) / 10);
    this.looks.set(id, { pid, microseconds, atMs, percent });
    return percent;
  }
}

/** What answers although nobody says that it runs, runs; what runs and is not well is degraded. */
function stateOf({ state }: HostedService, ok: boolean | null): ServiceAnswer['state'] {
  if (state === 'unknown') return ok === true ? 'running' : 'unknown';
  return state === 'running' && ok === false ? 'degraded' : state;
}
