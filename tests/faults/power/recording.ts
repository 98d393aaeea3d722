import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFileSystem, makeSparseFile, mount, unmount } from '../block/file-system.ts';
import type { FileSystemKind } from '../block/needs.ts';
import { runProgram } from '../block/run-program.ts';
import { LogPositions } from './log-positions.ts';
import { startLoggedDevice } from './logged-device.ts';
import type { Fact, Workload } from './workload.ts';
import { startWorkload, type WorkloadEnd } from './workload-process.ts';

/** How many requests each device had recorded at a moment. */
export type Moment = number[];

/** An acknowledgement and the moment it was given. */
export interface Acknowledgement {
  at: Moment;
  fact: Fact;
}

/** What a workload did, request by request. */
export interface Recording {
  /** Per device: its image before, and the log of what followed. */
  devices: { prepared: string; logFile: string }[];
  acknowledgements: Acknowledgement[];
  /** Moments at which a cut through all devices is possible, in order; from mounted to finished. */
  moments: Moment[];
}

/** Makes the images that recordings of a workload begin with. */
export async function prepareDevices(workload: Workload, kind: FileSystemKind, room: string): Promise<string[]> {
  const images = workload.devices.map((_, device) => join(room, `prepared.${device}`));
  const folders = images.map((image) => `${image}.mounted`);
  for (const [device, image] of images.entries()) {
    makeSparseFile(image, workload.devices[device] as number);
    await makeFileSystem(kind, image);
    await mount(kind, image, folders[device] as string);
  }
  const scratch = scratchIn(room);
  await workload.prepare?.({ folders, scratch, seed: 'prepare' });
  for (const folder of folders) {
    // Where another process holds a copy of our mounts, it stays mounted there, and its image would be copied as it is.
    await runProgram('sync', '--file-system', folder);
    await unmount(folder);
  }
  return images;
}

/** The folder of a room that no power cut touches. */
export function scratchIn(room: string): string {
  const scratch = join(room, 'scratch');
  mkdirSync(scratch, { recursive: true, mode: 0o755 });
  return scratch;
}

/** Runs a workload once in a child process, on devices that record. */
export async function record(
  workload: Workload,
  kind: FileSystemKind,
  prepared: string[],
  room: string,
  seed: string,
): Promise<Recording> {
  const devices = [];
  for (const [device, image] of prepared.entries()) devices.push(await startLoggedDevice(room, `device${device}`, kind, image));
  const positions = new LogPositions(devices.map(({ logFile }) => logFile));
  const moments: Moment[] = [];
  const note = () => moments.push(...[positions.now() ?? []].filter((moment) => moment.length > 0));
  note();
  const acknowledgementsFile = join(room, 'acknowledged.jsonl');
  writeFileSync(acknowledgementsFile, '');
  const child = startWorkload(workload, {
    folders: devices.map(({ folder }) => folder),
    logFiles: devices.map(({ logFile }) => logFile),
    scratch: scratchIn(room),
    seed,
    acknowledgementsFile,
  });
  await child.begin();
  let end: WorkloadEnd | undefined;
  void child.ended.then((ended) => {
    end = ended;
  });
  // One device needs no moments in between: any request of its log is one.
  while (!end) {
    await sleep(devices.length > 1 ? 1 : 20);
    if (devices.length > 1) note();
  }
  note();
  positions.close();
  const failure =
    end.code === 0 ? undefined : new Error(`Recording ${workload.name} ended with ${end.code ?? end.signal}: ${end.said}`);
  for (const device of devices)
    await device.stop().catch((error) => {
      if (!failure) throw error;
    });
  if (failure) throw failure;
  const acknowledgements = readLines<Acknowledgement>(acknowledgementsFile);
  return {
    devices: devices.map(({ logFile }, device) => ({ logFile, prepared: prepared[device] as string })),
    acknowledgements,
    moments: [...moments, ...acknowledgements.map(({ at }) => at)].sort((a, b) => sum(a) - sum(b)),
  };
}

const sum = (moment: Moment) => moment.reduce((total, count) => total + count, 0);

function readLines<Line>(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
