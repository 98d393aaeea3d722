import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE, TenantDatabase } from '#database';
import { newId } from '#kernel';
import type { Appliance } from '#manifest';
import { DiskSpace } from '#storage';
import { safeFolder, safeName } from '../domain/display-name.ts';
import type { UploadMetadata } from './tus-headers.ts';
import { type NewUpload, UploadRepository, type UploadRow } from './upload.repository.ts';
import { offsetConflict, uploadEnded, uploadNotFound, uploadOverflows, uploadTooLarge } from './upload-errors.ts';
import { UploadFiles } from './upload-files.ts';
import { UploadFinish } from './upload-finish.ts';
import { UploadLocks } from './upload-locks.ts';
import { receive } from './upload-receiver.ts';

/** The bytes of one request. */
export interface UploadBody {
  stream: AsyncIterable<Uint8Array>;
  /** How many bytes it announces; undefined where it does not say. */
  lengthBytes: number | undefined;
  /** SHA-256 that it announces of itself, hexadecimal. */
  checksum: string | undefined;
}

/** How far an upload is. */
export interface UploadProgress {
  id: string;
  offsetBytes: number;
  sizeBytes: number;
  expiresAt: Date;
  /** Set once it is an asset. */
  assetId: string | null;
  isDuplicate: boolean;
}

/** Resumable uploads: confirmed offsets are durable, whatever happens to the connection, this process or the machine. */
@Injectable()
export class UploadService {
  readonly locks = new UploadLocks();

  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(UploadRepository) private readonly repository: UploadRepository,
    @Inject(UploadFiles) private readonly files: UploadFiles,
    @Inject(UploadFinish) private readonly ending: UploadFinish,
    @Inject(DiskSpace) private readonly disk: DiskSpace,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Begins an upload. One of no bytes is complete at once. Throws UPLOAD_TOO_LARGE or STORAGE_FULL. */
  async create(sizeBytes: number, metadata: UploadMetadata): Promise<UploadProgress> {
    requireAccess('asset.create');
    const { maxFileBytes, maxNameLength, uploadExpiryHours } = this.appliance.ingest;
    if (sizeBytes > maxFileBytes) throw uploadTooLarge(sizeBytes, maxFileBytes);
    await this.disk.requireRoom(sizeBytes);
    const { sha256, modifiedAt } = metadata;
    const id = newId();
    const upload: NewUpload = {
      id,
      ...safeName(metadata.name, maxNameLength),
      folder: safeFolder(metadata.folder),
      sizeBytes,
      sha256,
      modifiedAt,
      key: await this.files.newKey(id),
    };
    const expiresAt = await this.database.run((sql) => this.repository.add(sql, upload, uploadExpiryHours));
    const nothing = { id: upload.id, offsetBytes: 0, sizeBytes, expiresAt, assetId: null, isDuplicate: false };
    return sizeBytes === 0 ? this.send(upload.id, 0, emptyBody) : nothing;
  }

  /** Takes bytes from an offset on, and makes the upload an asset with its last one. Throws UPLOAD_* and STORAGE_* errors. */
  send(id: string, offsetBytes: number, body: UploadBody): Promise<UploadProgress> {
    requireAccess('asset.create');
    return this.locks.holding(id, async () => {
      const upload = await this.require(id);
      if (upload.state === 'failed') throw uploadEnded(upload.error);
      if (upload.offsetBytes !== offsetBytes) throw offsetConflict(upload.offsetBytes);
      if (upload.state === 'stored') return progressOf(upload);
      const remaining = upload.sizeBytes - offsetBytes;
      if ((body.lengthBytes ?? 0) > remaining) throw uploadOverflows(upload.sizeBytes);
      await this.disk.requireRoom(body.lengthBytes ?? remaining);
      await this.append(upload, body);
      return progressOf(upload.offsetBytes < upload.sizeBytes ? upload : await this.finish(upload));
    });
  }

  /** How far an upload is. One that lacks nothing but its end, because the process died before it, gets it now. */
  async ask(id: string): Promise<UploadProgress> {
    requireAccess('asset.create');
    const upload = await this.require(id);
    if (upload.state === 'failed') throw uploadEnded(upload.error);
    const lacksEnd = upload.state === 'receiving' && upload.offsetBytes === upload.sizeBytes && !this.locks.isHeld(id);
    return progressOf(lacksEnd ? await this.locks.holding(id, () => this.finish(upload)) : upload);
  }

  /** The upload as people see it. */
  async get(id: string): Promise<UploadRow> {
    requireAccess('asset.create');
    return this.require(id);
  }

  /** Gives up an upload and drops what came of it; an asset that came of it stays. */
  end(id: string): Promise<void> {
    requireAccess('asset.create');
    return this.locks.holding(id, async () => {
      await this.require(id);
      await this.files.remove(id);
      await this.database.run((sql) => this.repository.remove(sql, id));
    });
  }

  private async require(id: string): Promise<UploadRow> {
    const upload = await this.database.run((sql) => this.repository.find(sql, id));
    if (!upload) throw uploadNotFound();
    return upload;
  }

  /** Receives a body and brings `upload.offsetBytes` up to what is durable then. */
  private async append(upload: UploadRow, body: UploadBody): Promise<void> {
    const { id, sizeBytes } = upload;
    const { uploadExpiryHours } = this.appliance.ingest;
    const file = await this.files.open(upload);
    const confirm = async (offsetBytes: number) => {
      await this.database.run((sql) => this.repository.advance(sql, id, offsetBytes, uploadExpiryHours));
      upload.offsetBytes = offsetBytes;
      if (offsetBytes < sizeBytes) await this.disk.requireRoom(0);
    };
    try {
      await receive({ file, sizeBytes, body: body.stream, checksum: body.checksum, confirm });
    } finally {
      await this.files.keep(upload, file);
    }
  }

  private async finish(upload: UploadRow): Promise<UploadRow> {
    const { assetId, isDuplicate } = await this.ending.finish(upload);
    return { ...upload, state: 'stored', assetId, isDuplicate };
  }
}

const emptyBody: UploadBody = { stream: { async *[Symbol.asyncIterator]() {} }, lengthBytes: 0, checksum: undefined };

function progressOf({ id, offsetBytes, sizeBytes, expiresAt, assetId, isDuplicate }: UploadRow): UploadProgress {
  return { id, offsetBytes, sizeBytes, expiresAt, assetId, isDuplicate };
}
