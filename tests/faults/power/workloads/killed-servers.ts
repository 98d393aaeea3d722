import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appliance } from '#manifest';
import { seededRandom } from '../seeded-random.ts';
import type { CrashedWorld } from '../workload.ts';
import { applianceOn, type Place, redisFolderIn, startPostgres } from './house-servers.ts';

/** Starts PostgreSQL on what is left and kills it so much later, in the middle of its recovery or just after. */
export async function crashRecovery(place: Place, milliseconds: number): Promise<void> {
  const appliance = applianceOn(place);
  const folder = appliance.paths.postgres;
  let isOver = false;
  const started = startPostgres(appliance, place.scratch, 'judge');
  const ended = started.then(
    ({ process }) => process.exited,
    () => {},
  );
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver && workersIn(folder).length === 0) await sleep(1);
  await sleep(milliseconds);
  await endPostgres(appliance, true);
  await ended;
}

/**
 * Ends the servers of a house whose process was killed: by chance at once, as a power cut does, or they end in order, as the kernel
 * tells them to when their parent dies.
 */
export async function endServers(world: CrashedWorld): Promise<void> {
  const appliance = applianceOn(world);
  const isSudden = seededRandom(world.seed).next() < 0.5;
  await endPostgres(appliance, isSudden);
  await endWorkersIn(redisFolderIn(world.scratch), isSudden);
}

async function endPostgres({ paths, socketFolder }: Appliance, isSudden: boolean): Promise<void> {
  if (await endWorkersIn(paths.postgres, isSudden)) return;
  // Until their parent asks how they ended, the dead keep their pids, and PostgreSQL takes the one in its locks for a running server.
  for (const lock of [join(paths.postgres, 'postmaster.pid'), join(socketFolder, '.s.PGSQL.5432.lock')])
    rmSync(lock, { force: true });
}

/** Processes that work in a folder, as all of a PostgreSQL's do in its data folder. */
function workersIn(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Waits until nobody works in a folder any more; answers whether their pids are free again. */
async function endWorkersIn(folder: string, isSudden: boolean): Promise<boolean> {
  const seen = new Set<number>();
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const working = workersIn(folder);
    if (working.length === 0) break;
    for (const pid of working) {
      seen.add(pid);
      if (isSudden) killIfThere(pid);
    }
    await sleep(5);
  }
  return [...seen].every((pid) => !existsSync(`/proc/${pid}`));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
