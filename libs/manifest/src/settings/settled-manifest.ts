import type { Manifest } from '../manifest.schema.ts';
import { deriveSettings, type ProgramSettings } from './derive-settings.ts';
import type { PostgresTuning } from './postgres-settings.ts';
import type { Setting, SettingObstacle } from './setting.ts';

/** A manifest with the figures that it leaves to the budgets of its workloads. */
export interface SettledManifest extends Omit<Manifest, 'postgres' | 'redis' | 'inference' | 'parsers'> {
  postgres: Manifest['postgres'] & { sharedBuffersMb: number; maintenanceWorkMemMb: number; tuning?: PostgresTuning };
  redis: { maxMemoryMb: number };
  inference: Manifest['inference'] & { threads: number };
  parsers: Manifest['parsers'] & { memoryMb: number };
  /** Threads of one run of ffmpeg, and runs at a time in one worker; null is no limit but that of the queues. */
  ffmpeg: { threads: number; processes: number | null };
  /** What the api and the workers are started with, by name; none where no workload is declared for them. */
  programs: ProgramSettings['programs'];
  /** All figures that follow from budgets, or could, with how they do. */
  settings: Setting[];
  /** Figures that do not fit into the budget of a workload. */
  settingObstacles: SettingObstacle[];
}

/** Puts the figures that follow from budgets into their places. */
export function settleFigures(manifest: Manifest): SettledManifest {
  const { values, settings, obstacles } = deriveSettings(manifest);
  const { postgres, redis, media, inferenceThreads, programs } = values;
  return {
    ...manifest,
    postgres: { ...manifest.postgres, ...postgres },
    redis,
    inference: { ...manifest.inference, threads: inferenceThreads },
    parsers: { ...manifest.parsers, memoryMb: media.parserMb },
    ffmpeg: { threads: media.ffmpegThreads, processes: media.ffmpegProcesses },
    programs,
    settings,
    settingObstacles: obstacles,
  };
}
