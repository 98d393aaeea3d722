import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE, SystemDatabase, TenantDatabase } from '#database';
import { type Clock, newId, type Permission, runAs } from '#kernel';
import { type Appliance, readEnvironment } from '#manifest';
import { loggerFor } from '#telemetry';
import { DeletionJournal } from './deletion-journal.repository.ts';
import { DeletionRequestService } from './deletion-request.service.ts';
import { daysAfter } from './domain/decide.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';

const logger = loggerFor('retention');
const everyMs = 600_000;
/** A worker that starts has better things to do at first. */
const firstAfterMs = 120_000;
const actor = { kind: 'system' as const, id: 'retention', label: 'retention' };
const permissions: ReadonlySet<Permission> = new Set(['retention.read', 'retention.update'] as const);

/** Begins a run a day for each organisation, and notes which files are gone. In workers with the role storage; several at once do no harm. */
@Injectable()
export class RetentionTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(DeletionJournal) private readonly journal: DeletionJournal,
    @Inject(DeletionRequestService) private readonly requests: DeletionRequestService,
    @Inject(RETENTION_CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    const { workerName } = readEnvironment();
    const worker = this.appliance.workers.find(({ name }) => name === workerName);
    if (worker?.roles.includes('storage')) this.schedule(firstAfterMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** What is due by the clock at this moment. */
  async turn(): Promise<void> {
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    for (const { id: organisationId } of organisations)
      await runAs({ organisationId, actor, permissions, requestId: newId() }, () => this.turnOne());
  }

  private async turnOne(): Promise<void> {
    const last = await this.database.run(async (sql) => {
      await this.journal.noteFilesGone(sql);
      return this.journal.lastByClock(sql);
    });
    if (!last || daysAfter(last, 1) <= this.clock.now()) await this.requests.begin();
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.turn()
        .catch((err) => logger.warn({ err }, 'Retention could not be looked at; it is tried again at the next turn'))
        .then(() => {
          if (!this.isStopping) this.schedule(everyMs);
        });
    }, afterMs).unref();
  }
}
