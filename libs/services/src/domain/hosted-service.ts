/** What a service is. */
export const serviceKinds = [
  'supervisor',
  'api',
  'worker',
  'postgresql',
  'redis',
  'keystore',
  'agent',
  'nginx',
  'prometheus',
] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** How a service is. degraded: it runs, but is not well; unknown: nobody here can say. */
export const serviceStates = ['running', 'starting', 'degraded', 'failed', 'stopped', 'unknown'] as const;
export type ServiceState = (typeof serviceStates)[number];

/** A service as whoever keeps it running sees it; null where that cannot be said. */
export interface HostedService {
  id: string;
  kind: ServiceKind;
  title: string;
  /** Unit of systemd. */
  unit: string | null;
  state: ServiceState;
  /** ISO time since when it is in that state. */
  since: string | null;
  /** How often it was started again without having been asked. */
  restarts: number | null;
  /** How it ended last, in words. */
  lastExit: string | null;
  pid: number | null;
  memoryBytes: number | null;
  /** CPU time that it and what it started have used. */
  cpuMicroseconds: number | null;
  user: string | null;
  slice: string | null;
  /** CPUs that it may run on, as the kernel writes them. */
  cpus: string | null;
  /** Unix socket that it answers at. */
  socket: string | null;
  port: number | null;
}

/** The same with nothing known but what it is. */
export function unknownService(id: string, kind: ServiceKind, title: string): HostedService {
  return {
    ...{ id, kind, title, unit: null, state: 'unknown', since: null, restarts: null, lastExit: null, pid: null },
    ...{ memoryBytes: null, cpuMicroseconds: null, user: null, slice: null, cpus: null, socket: null, port: null },
  };
}

/** What stops for a moment when a service is restarted, in words for whoever decides it. */
export function interruptionOf(kind: ServiceKind, seal: string): string {
  const byHand = ['passphrase', 'shamir'].includes(seal);
  const words: Record<ServiceKind, string> = {
    supervisor: 'Everything stops.',
    api: 'Pages and programs wait for some seconds. Uploads go on by themselves, and everybody stays signed in.',
    worker: 'Jobs in hand are given back and begin anew; nothing is lost.',
    postgresql: 'Everything waits for some seconds. What was acknowledged stays.',
    redis: 'Live updates stop for some seconds, and jobs in hand begin anew; nothing is lost.',
    keystore: byHand
      ? `It comes back sealed (${seal}): somebody must unseal it, and until then nothing new can be taken in.`
      : 'New files wait for some seconds; what was opened before can be read.',
    agent: 'A change of cores that waits to be kept is taken back.',
    nginx: 'Everybody loses the connection for a moment; uploads go on by themselves.',
    prometheus: 'Nothing is measured for some seconds: a gap in the history.',
  };
  return words[kind];
}

/** What people call a worker process; the only one has no name of its own. */
export function workerTitle(name: string): string {
  return name === 'worker' ? 'Worker' : `Worker ${name}`;
}
