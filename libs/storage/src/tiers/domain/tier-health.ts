/** unknown is never good: it says that nobody could look, and why. */
export const healthStates = ['ok', 'warning', 'failed', 'unknown'] as const;
export type HealthState = (typeof healthStates)[number];

/** What is known of one disk, array or file system. */
export interface PartHealth {
  part: string;
  state: HealthState;
  message: string;
}
