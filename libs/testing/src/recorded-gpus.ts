import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What nvidia-smi says and how it ends, on a machine of one kind. */
export interface GpuRecording {
  exitCode: number;
  output: string;
  /** Fields that this version does not know. */
  unknownFields?: readonly string[];
}

const head =
  'index, uuid, name, driver_version, memory.total [MiB], memory.used [MiB], utilization.gpu [%], utilization.encoder [%], encoder.stats.sessionCount, temperature.gpu, power.draw [W], power.limit [W], mig.mode.current';

/**
 * Outputs of nvidia-smi in the form that nvidia-smi(1) describes (`--query-gpu=… --format=csv,nounits`), put down by hand: no such machine was at hand. Exit codes
 * are those of its "RETURN VALUE".
 */
export const gpuRecordings = {
  'rtx-4090': {
    exitCode: 0,
    output: `${head}\n0, GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37, NVIDIA GeForce RTX 4090, 550.127.05, 24564, 1311, 37, 12, 2, 54, 143.20, 450.00, [N/A]\n`,
  },
  'two-4090': {
    exitCode: 0,
    output: `${head}\n0, GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37, NVIDIA GeForce RTX 4090, 550.127.05, 24564, 1, 0, 0, 0, 31, 18.00, 450.00, [N/A]\n1, GPU-77e0b0a4-1d5c-4b1e-8a54-3f2c9d6e0b12, NVIDIA GeForce RTX 4090, 550.127.05, 24564, 1, 0, 0, 0, 33, 19.10, 450.00, [N/A]\n`,
  },
  // A card for data centres has no encoder, and may be cut into instances.
  'h100-mig': {
    exitCode: 0,
    output: `${head}\n0, GPU-c0ffee00-2222-4333-8444-555566667777, NVIDIA H100 80GB HBM3, 550.127.05, 81559, 48, [N/A], [N/A], [N/A], 35, 71.52, 700.00, Enabled\n`,
  },
  // An old driver knows nothing of how busy encoders are.
  'old-driver': {
    exitCode: 0,
    unknownFields: ['utilization.encoder'],
    output: `${head.replace('utilization.encoder [%], ', '')}\n0, GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37, NVIDIA GeForce RTX 4090, 525.147.05, 24564, 1311, 37, 0, 54, 143.20, 450.00, [N/A]\n`,
  },
  'no-driver': {
    exitCode: 9,
    output:
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
  },
  'driver-mismatch': {
    exitCode: 18,
    output: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.127\n',
  },
  'no-card': { exitCode: 6, output: 'No devices were found\n' },
} as const satisfies Record<string, GpuRecording>;

/** Lays a program into a folder that behaves as nvidia-smi on that machine, and answers its path. */
export function layOutNvidiaSmi(folder: string, recording: GpuRecording): string {
  mkdirSync(folder, { recursive: true });
  const output = join(folder, 'output');
  const program = join(folder, 'nvidia-smi');
  writeFileSync(output, recording.output);
  const refusals = (recording.unknownFields ?? []).map(
    (field) => `case "$1" in *${field}*) echo 'Field "${field}" is not a valid field to query.'; echo; exit 2 ;; esac\n`,
  );
  writeFileSync(program, `#!/bin/sh\n${refusals.join('')}cat '${output}'\nexit ${recording.exitCode}\n`);
  chmodSync(program, 0o755);
  return program;
}
