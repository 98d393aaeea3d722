import { createHash } from 'node:crypto';
import type { GpuCardSettings } from '#manifest';

/** SHA-256 of shares on the very cards that they are for: whoever sees the same cards comes to the same. */
export function gpuPlanId(declared: readonly GpuCardSettings[], uuids: readonly string[]): string {
  const told = declared.map(({ card, reserveMb, mps, ceilingsMayExceed, encoderSessions, shares }, place) => [
    ...[card, uuids[place] ?? '', reserveMb, mps, ceilingsMayExceed, encoderSessions],
    shares.map((share) => [share.workload, share.ceilingPercent, share.memoryMb, share.processes, share.encoderSessions]),
  ]);
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}
