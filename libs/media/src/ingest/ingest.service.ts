import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { APPLIANCE, type Sql, TenantDatabase } from '#database';
import type { Appliance } from '#manifest';
import { failpoint, ObjectStore } from '#storage';
import { type SafeName, safeFolder, safeName } from '../domain/display-name.ts';
import { DETECT_HEAD_BYTES, type DetectedType, detectType } from '../parsers/index.ts';
import { PipelineService } from '../pipeline/pipeline.service.ts';
import { PipelineEvents } from '../pipeline/pipeline-events.ts';
import type { Accepted, Arrival } from './arrival.ts';
import { IngestRepository, type NewAsset } from './ingest.repository.ts';

/** More work in the transaction that accepts a file. */
export type Alongside = (sql: Sql, accepted: Accepted) => Promise<void>;

/**
 * The one door through which files become assets, whether they were uploaded or found in a folder. Repeating an arrival, also after
 * a crash at any point, changes nothing: bytes are objects by their hash, an object is one asset, a name is one origin.
 */
@Injectable()
export class IngestService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(IngestRepository) private readonly repository: IngestRepository,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(PipelineService) private readonly pipeline: PipelineService,
    @Inject(PipelineEvents) private readonly events: PipelineEvents,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Makes stored bytes an asset, with its ledger, its first jobs and the audit row in one transaction. */
  async accept(arrival: Arrival, alongside: Alongside = async () => {}): Promise<Accepted> {
    requireAccess('asset.create');
    const name = this.nameOf(arrival);
    const folder = safeFolder(arrival.folder ?? '');
    const detected = await this.detect(arrival, name.name);
    const accepted = await this.database.run(async (sql) => {
      const id = await this.repository.add(sql, newAsset(arrival, name, folder, detected));
      const outcome = id
        ? await this.begin(sql, id, arrival, detected, name, folder)
        : await this.meetAgain(sql, arrival, name, folder);
      if (!outcome) throw new Error(`Asset of ${arrival.bytes.sha256} vanished while it was being added.`);
      await alongside(sql, outcome);
      failpoint('ingest.before-commit');
      return outcome;
    });
    failpoint('ingest.after-commit');
    return accepted;
  }

  /**
   * Gives bytes that are known already one more name, without having seen them again. Answers undefined where they are not known.
   */
  async acceptKnown(arrival: Arrival): Promise<Accepted | undefined> {
    requireAccess('asset.create');
    const name = this.nameOf(arrival);
    return this.database.run((sql) => this.meetAgain(sql, arrival, name, safeFolder(arrival.folder ?? '')));
  }

  private async begin(
    sql: Sql,
    id: string,
    { bytes, urgency }: Arrival,
    { kind }: DetectedType,
    name: SafeName,
    folder: string,
  ): Promise<Accepted> {
    await this.repository.addOrigin(sql, id, name, folder);
    await this.pipeline.start(sql, { id, kind }, urgency);
    await this.audit.record(sql, {
      action: 'asset.added',
      target: { kind: 'asset', id },
      detail: { name: name.name, folder, sha256: bytes.sha256, sizeBytes: bytes.sizeBytes },
    });
    const state = kind === 'unknown' ? 'unsupported' : 'processing';
    return { assetId: id, isDuplicate: false, isRestored: false, kind, state };
  }

  private async meetAgain(sql: Sql, { bytes }: Arrival, name: SafeName, folder: string): Promise<Accepted | undefined> {
    const known = await this.repository.lock(sql, bytes);
    if (!known) return undefined;
    const isNewName = await this.repository.addOrigin(sql, known.id, name, folder);
    if (isNewName || known.isTrashed) {
      const version = await this.repository.restore(sql, known.id);
      await this.audit.record(sql, {
        action: known.isTrashed ? 'asset.restored' : 'asset.arrived-again',
        target: { kind: 'asset', id: known.id },
        detail: { name: name.name, folder },
      });
      this.events.assetChanged(known.id, known.state, version);
    }
    return { assetId: known.id, isDuplicate: true, isRestored: known.isTrashed, kind: known.kind, state: known.state };
  }

  private nameOf(arrival: Arrival): SafeName {
    const safe = safeName(arrival.name, this.appliance.ingest.maxNameLength);
    return { name: safe.name, givenName: arrival.givenName ?? safe.givenName };
  }

  private async detect({ bytes }: Arrival, name: string): Promise<DetectedType> {
    const { head, tail } = await this.objects.readEnds(bytes.sha256, DETECT_HEAD_BYTES);
    return detectType(head, tail, name);
  }
}

function newAsset({ bytes, modifiedAt }: Arrival, name: SafeName, folder: string, detected: DetectedType): NewAsset {
  const { kind, mediaType, reason } = detected;
  return {
    bytes,
    name: name.name,
    folder,
    kind,
    mediaType,
    state: kind === 'unknown' ? 'unsupported' : 'processing',
    stateReason: reason ?? null,
    metadata: modifiedAt && !Number.isNaN(modifiedAt.getTime()) ? { fileModifiedAt: modifiedAt.toISOString() } : {},
  };
}
