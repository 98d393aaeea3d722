import type { ServiceState } from './appliance-state.ts';

/** One service as `status` shows it. */
export interface ServiceStatus {
  name: string;
  /** `failed` and `missing` only where units of systemd run the services. */
  state: ServiceState['state'] | 'failed' | 'missing';
  pid: number | null;
  uptimeSeconds: number | null;
  /** Resident memory of the process and all below it; pages that they share are shared out evenly where the kernel tells (PSS). */
  memoryBytes: number | null;
  restarts: number;
  version: string | null;
  address: string | null;
  lastExit: ServiceState['lastExit'] | null;
}
