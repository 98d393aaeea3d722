import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#kernel';
import type { TierSettings } from '#manifest';
import { CLOCK } from '../storage.tokens.ts';
import { readDiskHealth } from './disk-health.adapter.ts';
import type { PartHealth } from './domain/tier-health.ts';

/** Asking disks costs them time, and their answers change slowly. */
const freshMs = 300_000;

/** How the disks, arrays and file systems below tiers are. What nobody can find out is unknown, never good. */
@Injectable()
export class TierHealth {
  private readonly known = new Map<string, { at: number; parts: Promise<PartHealth[]> }>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  of({ name, path }: TierSettings): Promise<PartHealth[]> {
    const found = this.known.get(name);
    const at = this.clock.monotonicMs();
    if (found && at - found.at < freshMs) return found.parts;
    const parts = readDiskHealth(path);
    this.known.set(name, { at, parts });
    return parts;
  }
}
