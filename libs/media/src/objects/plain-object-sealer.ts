import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { ObjectStore } from '#storage';
import { loggerFor } from '#telemetry';
import { type PlainObject, PlainObjectRepository } from './plain-object.repository.ts';

const logger = loggerFor('objects');
const batchSize = 100;
/** A worker that starts has better things to do at first. */
const firstAfterMs = 120_000;

/** Seals what was stored before files were sealed: once, in the background, in worker processes. Killed in between, it goes on with the rest at the next start. */
@Injectable()
export class PlainObjectSealer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PlainObjectRepository) private readonly repository: PlainObjectRepository,
    @Inject(ObjectStore) private readonly store: ObjectStore,
  ) {}

  onApplicationBootstrap(): void {
    const seal = () => this.seal().catch((error) => logger.warn({ err: error }, 'Objects from before could not be sealed'));
    this.timer = setTimeout(() => {
      this.running = seal();
    }, firstAfterMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /** Seals every plain object of every organisation; answers how many. What cannot be read is passed over and tried again at the next start. */
  async seal(): Promise<number> {
    const actor = { kind: 'system' as const, id: 'objects', label: 'sealing of old objects' };
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    let sealed = 0;
    for (const { id: organisationId } of organisations)
      await runAs({ organisationId, actor, permissions: new Set(), requestId: newId() }, async () => {
        sealed += await this.sealOrganisation();
      });
    if (sealed > 0) logger.info({ sealed }, 'Objects from before files were sealed are sealed now');
    return sealed;
  }

  private async sealOrganisation(): Promise<number> {
    let [sealed, after] = [0, ''];
    for (;;) {
      const batch = await this.database.run((sql) => this.repository.next(sql, after, batchSize));
      for (const object of batch) {
        if (this.stopping.signal.aborted) return sealed;
        if (await this.sealOne(object)) sealed += 1;
      }
      const last = batch.length === batchSize ? batch.at(-1) : undefined;
      if (!last) return sealed;
      after = last.sha256;
    }
  }

  /** Stores the same bytes again: the sealed file takes the plain one's place, which goes a moment later. */
  private async sealOne({ sha256, class: objectClass, addedBy }: PlainObject): Promise<boolean> {
    const owner = addedBy === null ? { kind: 'organisation' as const } : { kind: 'person' as const, id: addedBy };
    try {
      await this.store.put(await this.store.open(sha256), { class: objectClass, owner, expectedSha256: sha256 });
      return true;
    } catch (error) {
      logger.warn({ err: error, sha256 }, 'An object from before could not be sealed');
      return false;
    }
  }
}
