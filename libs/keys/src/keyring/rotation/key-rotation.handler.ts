import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { SystemDatabase } from '#database';
import { HandlesJob, type JobHandler } from '#queue';
import { keyRotate } from '../../keys.jobs.ts';
import { keyRotations } from './key-rotation.repository.ts';
import { KeyVersionRotation } from './key-version-rotation.ts';
import { ProviderKeyRotation } from './provider-key-rotation.ts';

/** Does what somebody asked for; what is interrupted goes on with the next try or the next upkeep. */
@Injectable()
@HandlesJob(keyRotate)
export class KeyRotationHandler implements JobHandler<typeof keyRotate.payload> {
  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(KeyVersionRotation) private readonly keys: KeyVersionRotation,
    @Inject(ProviderKeyRotation) private readonly providerKeys: ProviderKeyRotation,
  ) {}

  async handle({ rotationId }: z.output<typeof keyRotate.payload>): Promise<void> {
    const rotation = await this.system.run((sql) => keyRotations.find(sql, rotationId));
    if (!rotation) return;
    if (rotation.providerKey === null) await this.keys.resume(rotation);
    else await this.providerKeys.resume(rotation);
  }
}
