import { resolve } from 'node:path';

/** What a process is told by whoever starts it: not settings of the appliance (those are in the manifest) but facts of this run. */
export interface RunEnvironment {
  /** Log level of pino. */
  logLevel: string;
  /** File descriptor that log lines go to: a command's standard output is its answer, and nothing else belongs there. */
  logDescriptor: 1 | 2;
  /** Name of the worker process to be, as in the manifest's `workers`. */
  workerName: string;
  /** Whose share of the plan this process has: a worker's by its name, or the api's. */
  programName: string;
  /** Whether somebody called this process as a command; services are none. */
  isCommand: boolean;
  /** Terminal wants colours and progress lines. */
  interactive: boolean;
  /** A named instant at which this process kills itself, for fault tests: `name` or `name@n`. */
  failpoint: string | undefined;
  /** Who called through sudo, where someone did. */
  sudoUid: number | undefined;
  /** How many sockets systemd has opened for this very process, from descriptor 3 on (sd_listen_fds(3)). */
  listenDescriptors: number;
  /** Descriptor to write to so that systemd knows how this process is (sd_notify(3)); scripts/box/run-with-notice.pl opens it. */
  notifyDescriptor: number | undefined;
  /** After so much silence systemd takes this process for hung and ends it (sd_watchdog_enabled(3)). */
  watchdogMs: number | undefined;
}

/** Says, before anything reads it, that this process is a command that somebody watches; services that it starts are none. */
export function declareCommand(environment: NodeJS.ProcessEnv = process.env): void {
  environment.HOLDFAST_COMMAND = '1';
}

/** Reads the facts of this run from the process environment. */
export function readEnvironment(environment: NodeJS.ProcessEnv = process.env): RunEnvironment {
  return {
    logLevel: environment.HOLDFAST_LOG_LEVEL ?? (environment.HOLDFAST_COMMAND ? 'warn' : 'info'),
    logDescriptor: environment.HOLDFAST_COMMAND ? 2 : 1,
    workerName: environment.HOLDFAST_WORKER ?? 'worker',
    programName: environment.HOLDFAST_WORKER ?? 'api',
    isCommand: Boolean(environment.HOLDFAST_COMMAND),
    interactive: Boolean(process.stdout.isTTY) && !environment.NO_COLOR,
    failpoint: environment.HOLDFAST_FAILPOINT,
    sudoUid: environment.SUDO_UID ? Number(environment.SUDO_UID) : undefined,
    listenDescriptors: isMeant(environment.LISTEN_PID) ? Number(environment.LISTEN_FDS ?? 0) : 0,
    notifyDescriptor: environment.HOLDFAST_NOTIFY_DESCRIPTOR ? Number(environment.HOLDFAST_NOTIFY_DESCRIPTOR) : undefined,
    watchdogMs:
      environment.WATCHDOG_USEC && isMeant(environment.WATCHDOG_PID) ? Number(environment.WATCHDOG_USEC) / 1000 : undefined,
  };
}

/** Whether what systemd says is for this very process, and not for one that it was inherited from. */
function isMeant(pid: string | undefined): boolean {
  return pid === String(process.pid);
}

/** Variables that a process of the appliance may inherit; everything else of the caller's environment stays with the caller. */
const inherited = [
  'PATH',
  'TZ',
  'HOLDFAST_HOME',
  'HOLDFAST_MANIFEST',
  'HOLDFAST_PORT',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_FAILPOINT',
];

/** Paths the caller may have given relative to where it stands; whoever inherits them stands elsewhere. */
function absolutePaths(environment: NodeJS.ProcessEnv): Record<string, string> {
  const named = ['HOLDFAST_HOME', 'HOLDFAST_MANIFEST'].flatMap((name) => {
    const path = environment[name];
    return path ? [[name, resolve(path)]] : [];
  });
  return Object.fromEntries(named);
}

/** The environment for a process of the appliance. */
export function environmentForChildren(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = inherited.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  const defaults = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
  return { ...defaults, ...Object.fromEntries(passed), ...absolutePaths(environment) };
}

/** The caller's whole environment, for running the same command again under another account or elsewhere. */
export function environmentOfCaller(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(passed), ...absolutePaths(environment) };
}
