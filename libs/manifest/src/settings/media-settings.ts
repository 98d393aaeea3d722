import type { DeclaredBudgets } from './declared.ts';
import { chosen, type Derived, following, type SettingObstacle, type Share, within } from './setting.ts';

/** What recordings are read with. */
export interface MediaFigures {
  /** Limit of one parser, in MB. */
  parserMb: number;
  ffmpegThreads: number;
  /** Runs of ffmpeg at a time in one worker; null is no limit but that of the queues. */
  ffmpegProcesses: number | null;
}

/** Where no workload says otherwise. */
const unplannedThreads = 2;
/** Decoders and x264 gain little beyond. */
const mostThreads = 4;
const leastParserMb = 256;
const largestParserMb = 4096;

/** Threads of one run and runs at a time that leave the fewest threads idle; of those that leave as many, the longest runs' threads win. */
function splitThreads(threads: number): { threads: number; processes: number } {
  const candidates = Array.from({ length: Math.min(mostThreads, threads) }, (_, index) => index + 1).map((each) => ({
    threads: each,
    processes: Math.floor(threads / each),
  }));
  // A run of its own for every thread would use all of them, too, and each would take ages.
  const worthwhile = candidates.filter((one) => one.threads > 1 || threads === 1);
  const used = (one: { threads: number; processes: number }) => one.threads * one.processes;
  return worthwhile.reduce((best, one) => (used(one) >= used(best) ? one : best));
}

/** Parsers and ffmpeg of the workers that read media, within the budget of `video`. */
export function deriveMedia(
  share: Share | undefined,
  { workers, parsers }: Pick<DeclaredBudgets, 'workers' | 'parsers'>,
  heapMb: number,
): Derived<MediaFigures> {
  const readers = workers.filter(({ roles }) => roles.includes('media'));
  const count = Math.max(1, readers.length);
  const workload = share?.id ?? 'video';
  const own = share && Math.max(1, Math.floor(share.threads / count));
  const runs = own === undefined ? undefined : splitThreads(own);
  const ffmpegThreads = runs?.threads ?? unplannedThreads;
  // One more parser reads documents.
  const parsersAtOnce = parsers.imageProcesses + 1 + (runs?.processes ?? 1);
  const { maxMb } = share ?? {};
  const forParsers = Math.max(0, (maxMb ?? 0) / count - heapMb);
  const memory = chosen(parsers.memoryMb, () => within(leastParserMb, forParsers / parsersAtOnce, largestParserMb), {
    ...{ program: 'parsers', name: 'memory of one parser', unit: 'MB', workload, key: 'parsers.memoryMb' },
    formula: `${Math.floor(forParsers)} MB of a worker over ${parsersAtOnce} parsers and runs of ffmpeg at a time, ${leastParserMb} to ${largestParserMb}`,
  });
  const values = { parserMb: memory.value, ffmpegThreads, ffmpegProcesses: runs?.processes ?? null };
  if (!share || !runs) return { values, settings: [memory], obstacles: [] };
  const each = count > 1 ? ` over ${count} workers` : '';
  return {
    values,
    settings: [
      memory,
      following({
        ...{ program: 'ffmpeg', name: '-threads', unit: 'threads', workload, value: runs.threads },
        formula: `at most ${mostThreads}, so that of ${share.threads} threads${each} the fewest stay idle`,
      }),
      following({
        ...{ program: 'ffmpeg', name: 'runs at a time in one worker', unit: 'processes', workload, value: runs.processes },
        formula: `${share.threads} threads${each}, ${runs.threads} for each run`,
      }),
    ],
    obstacles: shortages(share, count, count * (heapMb + parsersAtOnce * memory.value)),
  };
}

function shortages({ id: workload, threads, maxMb }: Share, workers: number, neededMb: number): SettingObstacle[] {
  const obstacles: SettingObstacle[] = [];
  if (maxMb !== undefined && neededMb > maxMb)
    obstacles.push({
      workload,
      message: `Workers and their parsers may need ${neededMb} MB; ${workload} has ${maxMb} MB.`,
      needed: neededMb,
      available: maxMb,
    });
  if (workers > threads)
    obstacles.push({
      workload,
      message: `${workers} workers read media, each with a thread at least; ${workload} has ${threads} threads.`,
      needed: workers,
      available: threads,
    });
  return obstacles;
}
