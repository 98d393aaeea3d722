import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCheckout, profileFolder } from '#manifest';
import { GenerationLog } from '../generation-log.ts';
import type { ManifestPlace } from '../manifest-place.adapter.ts';

/** A manifest with comments, as people write them. */
export const writtenByHand = [
  '# Ours since the move.',
  'profile: evaluation',
  '',
  '# The cellar has no more.',
  'redis:',
  '  maxMemoryMb: 256 # asked for by Ada',
  'mover: { promotion: null } # nothing comes back by itself',
  '',
].join('\n');

/** A place of a manifest in a folder of its own. */
export class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'generations-'));
  readonly place: ManifestPlace;

  constructor(text = writtenByHand) {
    const home = join(this.folder, 'home');
    mkdirSync(home);
    const profiles = join(this.folder, 'profiles');
    cpSync(profileFolder(findCheckout()), profiles, { recursive: true });
    const file = join(this.folder, 'appliance.yaml');
    this.place = { file, profiles, repository: join(home, 'config.git'), secrets: join(home, 'secrets'), home };
    this.write(text);
  }

  log(place: Partial<ManifestPlace> = {}): GenerationLog {
    return new GenerationLog({ ...this.place, ...place });
  }

  read(): string {
    return readFileSync(this.place.file, 'utf8');
  }

  write(text: string): void {
    writeFileSync(this.place.file, text);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
