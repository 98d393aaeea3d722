import { Inject, Injectable } from '@nestjs/common';
import { AgentClient } from '#agent-protocol';
import { SystemDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { KeyStateWatch } from '#keys';
import { NginxFiguresReader, PrometheusClient, type ServiceSign, signKey } from '#monitoring';
import { EventPublisher } from '#queue';
import type { HostedService, ServiceKind } from './domain/hosted-service.ts';

/** Whether a service answers, in words. */
export interface Health {
  ok: boolean | null;
  text: string;
}

const withinMs = 3000;

/** Asks each service in its own way whether it is well. */
@Injectable()
export class ServiceHealth {
  private readonly checks: Record<ServiceKind, (service: HostedService) => Promise<Health>> = {
    supervisor: async () => ({ ok: true, text: 'Keeps the others running.' }),
    api: () => this.api(),
    worker: ({ id }) => this.worker(id),
    postgresql: () => this.database(),
    redis: () => this.redis(),
    keystore: async () => this.keystore(),
    agent: () => this.agent(),
    nginx: (service) => whereItRuns(service, () => this.nginx()),
    prometheus: (service) => whereItRuns(service, () => this.prometheus()),
  };

  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(KeyStateWatch) private readonly keys: KeyStateWatch,
    @Inject(NginxFiguresReader) private readonly nginxFigures: NginxFiguresReader,
    @Inject(PrometheusClient) private readonly history: PrometheusClient,
  ) {}

  /** Never throws, and answers within three seconds. */
  async check(service: HostedService): Promise<Health> {
    const { promise, resolve } = Promise.withResolvers<Health>();
    const timer = setTimeout(() => resolve({ ok: false, text: `Does not answer within ${withinMs / 1000} s.` }), withinMs);
    const checked = this.checks[service.kind](service).catch((error: Error) => ({ ok: false, text: error.message }));
    return Promise.race([checked, promise]).finally(() => clearTimeout(timer));
  }

  private async database(): Promise<Health> {
    const startedMs = performance.now();
    await this.system.run((sql) => sql.first('SELECT 1'));
    return { ok: true, text: `Answers in ${Math.max(1, Math.round(performance.now() - startedMs))} ms.` };
  }

  private async redis(): Promise<Health> {
    const facts = await this.events.serverFacts();
    return facts
      ? { ok: true, text: `Answers; version ${facts.version}.` }
      : { ok: false, text: 'Work waits in the outbox until it is back.' };
  }

  private async api(): Promise<Health> {
    const [database, redis] = await Promise.all([this.database().catch(() => ({ ok: false })), this.redis()]);
    const missing = [
      ...(database.ok ? [] : ['the database']),
      ...(redis.ok ? [] : ['the queues']),
      ...(this.keys.current.state === 'READY' ? [] : ['the keys']),
    ];
    if (missing.length === 0) return { ok: true, text: 'Answers; database, queues and keys are ready.' };
    return { ok: false, text: `Answers, but does without ${missing.join(' and ')}.` };
  }

  private keystore(): Health {
    const { state, reason } = this.keys.current;
    return state === 'READY'
      ? { ok: true, text: 'Open: keys can be used.' }
      : { ok: false, text: reason ?? `It is ${state.toLowerCase()}.` };
  }

  private async worker(name: string): Promise<Health> {
    const [text] = (await this.events.recall([signKey(name)])) ?? [];
    if (!text) return { ok: false, text: 'No sign of life; its jobs wait.' };
    const { version } = JSON.parse(text) as ServiceSign;
    return { ok: true, text: `Gives signs of life; version ${version}.` };
  }

  private async nginx(): Promise<Health> {
    const figures = await this.nginxFigures.read();
    return figures
      ? { ok: true, text: `Answers; open connections: ${figures.connections.active}.` }
      : { ok: false, text: 'Does not answer.' };
  }

  private async prometheus(): Promise<Health> {
    return { ok: true, text: `Answers; version ${await this.history.version()}.` };
  }

  private async agent(): Promise<Health> {
    try {
      await new AgentClient('api').call('status', {});
      return { ok: true, text: 'Answers.' };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return { ok: false, text: error.message };
    }
  }
}

/** What may be away without anybody missing it: where it does not run that is no illness. */
async function whereItRuns({ state }: HostedService, ask: () => Promise<Health>): Promise<Health> {
  return state === 'running' ? ask() : { ok: null, text: 'Does not run.' };
}
