import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { HoldfastError, isId } from '#kernel';
import type { Appliance } from '#manifest';

/** Where the bytes of unfinished uploads lie: one file each, named by the upload's id, on the file system of the objects. */
@Injectable()
export class UploadFolder {
  private readonly path: string;

  constructor(@Inject(APPLIANCE) appliance: Appliance) {
    this.path = appliance.paths.uploads;
    mkdirSync(this.path, { recursive: true });
  }

  pathOf(uploadId: string): string {
    if (!isId(uploadId))
      throw new HoldfastError('UPLOAD_ID_INVALID', { kind: 'bug', message: `${uploadId} is no id of an upload.` });
    return join(this.path, uploadId);
  }
}
