import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';

const prefix = 'job-';

/** Folders for the working files of jobs. Each is gone when its job ends; those of killed workers go when a worker starts. */
@Injectable()
export class Scratch implements OnModuleInit {
  private readonly root: string;

  constructor(@Inject(APPLIANCE) appliance: Appliance) {
    this.root = appliance.paths.scratch;
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    const leftovers = (await readdir(this.root)).filter((name) => name.startsWith(prefix) && !isOwnerAlive(name));
    await Promise.all(leftovers.map((name) => rm(join(this.root, name), { recursive: true, force: true })));
  }

  /** Lends an empty folder for the duration of `use`. */
  async use<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(this.root, `${prefix}${process.pid}-`));
    try {
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function isOwnerAlive(name: string): boolean {
  const pid = /^job-(\d+)-/.exec(name)?.[1];
  return pid !== undefined && Number(pid) !== process.pid && existsSync(`/proc/${pid}`);
}
