import type { Appliance } from '#manifest';
import { type HostedService, unknownService, workerTitle } from './domain/hosted-service.ts';
import type { LogPage, ServiceHost } from './service-host.ts';

/** Where neither a supervisor nor systemd keeps the services: what the manifest calls for, and nothing more is known. */
export class NobodyHost implements ServiceHost {
  readonly kind = 'nobody';
  private readonly appliance: Appliance;

  constructor(appliance: Appliance) {
    this.appliance = appliance;
  }

  async list(): Promise<HostedService[]> {
    const { workers, keys } = this.appliance;
    return [
      unknownService('postgresql', 'postgresql', 'PostgreSQL'),
      unknownService('redis', 'redis', 'Redis'),
      ...(keys.provider === 'embedded' ? [unknownService('keyd', 'keystore', 'Keystore')] : []),
      unknownService('api', 'api', 'API and portal'),
      ...workers.map(({ name }) => unknownService(name, 'worker', workerTitle(name))),
    ];
  }

  async readLog(): Promise<LogPage> {
    return { lines: [], cursor: null, source: null, reason: 'Nobody keeps its log: neither a supervisor nor systemd runs it.' };
  }

  async whyNoRestart(): Promise<string> {
    return 'Neither a supervisor nor systemd runs it.';
  }

  async restart(): Promise<void> {
    // whyNoRestart has said why.
  }
}
