import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { WrappedKey } from '#keys';
import { type IncomingObject, IncomingObjects } from '#storage';
import type { UploadRow } from './upload.repository.ts';
import { uploadEnded } from './upload-errors.ts';
import { UploadFolder } from './upload-folder.ts';

/** Uploads that can go on at once without being read again; each keeps a file open and up to a mebibyte in memory. */
const mostOpen = 64;

/** The files of unfinished uploads. Between two requests a few stay open, so that the next goes on where the last one ended. */
@Injectable()
export class UploadFiles implements OnApplicationShutdown {
  private readonly waiting = new Map<string, IncomingObject>();

  constructor(
    @Inject(UploadFolder) private readonly folder: UploadFolder,
    @Inject(IncomingObjects) private readonly incoming: IncomingObjects,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.waiting.values()].map((file) => file.close()));
    this.waiting.clear();
  }

  /** A key for a new upload of the current account. */
  newKey(id: string): Promise<WrappedKey> {
    return this.incoming.newKey(id);
  }

  /** The upload's file at its confirmed offset: give it back with `keep`. */
  open({ id, key, sizeBytes, offsetBytes, error }: UploadRow): Promise<IncomingObject> {
    if (key === null) throw uploadEnded(error);
    const live = this.waiting.get(id);
    this.waiting.delete(id);
    return this.incoming.openAt({ id, key, sizeBytes, path: this.folder.pathOf(id) }, offsetBytes, live);
  }

  /** Takes a file back. It stays open where its upload can go on with it or is complete. */
  async keep({ id, offsetBytes }: UploadRow, file: IncomingObject): Promise<void> {
    if (!file.continuesAt(offsetBytes) && file.digests === undefined) return file.close();
    const [oldest] = this.waiting.keys();
    if (oldest !== undefined && this.waiting.size >= mostOpen) {
      await this.waiting.get(oldest)?.close();
      this.waiting.delete(oldest);
    }
    this.waiting.set(id, file);
  }

  /** The complete file, read and sealed again where it was completed by another process. */
  async complete(upload: UploadRow): Promise<IncomingObject> {
    const waiting = this.waiting.get(upload.id);
    if (waiting?.digests === undefined) return this.open(upload);
    this.waiting.delete(upload.id);
    return waiting;
  }

  async remove(id: string): Promise<void> {
    await this.waiting.get(id)?.close();
    this.waiting.delete(id);
    await this.incoming.remove(this.folder.pathOf(id));
  }

  pathOf(id: string): string {
    return this.folder.pathOf(id);
  }
}
