import { statfs } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { AnswerOf } from '#kernel';
import { KeyStateWatch } from '#keys';
import { type Appliance, firstTier } from '#manifest';
import { EventPublisher } from '#queue';
import { sandboxLevel } from '#sandbox';
import { type SandboxWalls, weakestSandbox } from './domain/weakest-sandbox.ts';
import type { getSystem } from './http/system.contract.ts';
import { describeKeys, keyService } from './keys-at-a-glance.ts';
import { productVersion } from './product-version.ts';
import { type ServiceSign, signKey } from './service-beacon.ts';
import { SystemRepository } from './system.repository.ts';
import { toolVersions } from './tool-versions.adapter.ts';

type SystemAnswer = AnswerOf<typeof getSystem>;
type Service = SystemAnswer['services'][number];

/** The appliance as it is: what runs, since when, in which version, and how much room is left. */
@Injectable()
export class SystemService {
  constructor(
    @Inject(SystemRepository) private readonly repository: SystemRepository,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(KeyStateWatch) private readonly keys: KeyStateWatch,
  ) {}

  async describe(): Promise<SystemAnswer> {
    requireAccess('system.read');
    const [assets, services, disks, sandbox, tools] = await Promise.all([
      this.repository.assetTotals(),
      this.services(),
      this.disks(),
      this.sandbox(),
      toolVersions(),
    ]);
    return {
      version: productVersion(),
      profile: this.appliance.profile,
      services,
      disks,
      keys: describeKeys(this.keys.current),
      sandbox: { level: sandbox.level, reason: sandbox.reason ?? null },
      assets,
      tools: [{ name: 'Node.js', version: process.versions.node }, ...tools],
    };
  }

  /** Under units the api builds no walls: the workers say which they build. */
  private async sandbox(): Promise<SandboxWalls> {
    if (!this.appliance.isRunBySystemd) return sandboxLevel();
    const signs = await this.events.recall(this.appliance.workers.map(({ name }) => signKey(name)));
    return weakestSandbox((signs ?? []).map((text) => (text ? (JSON.parse(text) as ServiceSign).sandbox : undefined)));
  }

  private async services(): Promise<Service[]> {
    const [database, redis, workers] = await Promise.all([this.repository.databaseFacts(), this.redis(), this.workers()]);
    return [
      {
        name: 'api',
        state: 'up',
        version: productVersion(),
        detail: `process ${process.pid}`,
        uptimeSeconds: Math.round(process.uptime()),
        memoryBytes: process.memoryUsage.rss(),
      },
      ...workers,
      {
        name: 'postgresql',
        state: 'up',
        version: database?.version ?? null,
        detail: `pgvector ${database?.vectorVersion ?? 'missing'}, ${Math.round((database?.sizeBytes ?? 0) / 1_048_576)} MiB of data`,
        uptimeSeconds: database?.uptimeSeconds ?? null,
        memoryBytes: null,
      },
      redis,
      keyService(this.keys.current),
    ];
  }

  private async redis(): Promise<Service> {
    const facts = await this.events.serverFacts();
    if (!facts)
      return {
        name: 'redis',
        state: 'down',
        version: null,
        detail: 'Work waits in the outbox until it is back.',
        uptimeSeconds: null,
        memoryBytes: null,
      };
    return {
      name: 'redis',
      state: 'up',
      version: facts.version,
      detail: null,
      uptimeSeconds: facts.uptimeSeconds,
      memoryBytes: facts.memoryBytes,
    };
  }

  private async workers(): Promise<Service[]> {
    const signs = await this.events.recall(this.appliance.workers.map((worker) => signKey(worker.name)));
    return this.appliance.workers.map(({ name, roles }, index) => {
      const text = signs?.[index];
      if (!text)
        return {
          name,
          state: 'down',
          version: null,
          detail: 'No sign of life; uploads wait to be analysed.',
          uptimeSeconds: null,
          memoryBytes: null,
        };
      const sign = JSON.parse(text) as ServiceSign;
      const uptimeSeconds = Math.round((Date.now() - sign.startedAt) / 1000);
      return {
        name,
        state: 'up',
        version: sign.version,
        detail: `process ${sign.pid}: ${roles.join(', ')}`,
        uptimeSeconds,
        memoryBytes: sign.memoryBytes,
      };
    });
  }

  private async disks(): Promise<SystemAnswer['disks']> {
    const places = [
      { purpose: 'Objects', path: firstTier(this.appliance).path },
      { purpose: 'Database', path: this.appliance.paths.postgres },
    ];
    const disks = await Promise.all(
      places.map(async ({ purpose, path }) => {
        const found = await statfs(path).catch(() => undefined);
        return found && { purpose, path, totalBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
      }),
    );
    return disks.filter((disk) => disk !== undefined);
  }
}
