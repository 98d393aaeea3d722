import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { ServiceState } from './appliance-state.ts';
import type { ProcessExit, ServerProcess } from './server-process.ts';

/** A service that answers. */
export interface RunningService {
  process: ServerProcess;
  version?: string | undefined;
  address?: string | undefined;
  stop(): Promise<void>;
}

/** A service as the supervisor sees it: how to start it and wait until it answers. */
export interface ServiceDefinition {
  name: string;
  /** What the progress view calls starting it. */
  label: string;
  start(abort: AbortSignal): Promise<RunningService>;
  /** Whether everything else runs without it: then it is tried again instead of failing the start. */
  isOptional?: boolean;
}

/** A service that has run this long starts again at once when it dies. */
const steadyMs = 60_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Pause before a restart: at most half a second after a long life, doubling for services that die young. */
export function restartPauseMs(deathsInARow: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(0, deathsInARow - 1), longestPauseMs);
}

/** Keeps one service running: starts it, starts it again with growing pauses whenever it dies, and says so. */
export class SupervisedService {
  readonly state: ServiceState;
  private readonly definition: ServiceDefinition;
  private readonly changed: (notice?: string) => void;
  private readonly abort = new AbortController();
  private running: RunningService | undefined;
  private launching: Promise<void> = Promise.resolve();
  private keeping: Promise<void> = Promise.resolve();
  private deathsInARow = 0;
  private startedAtMs = 0;
  /** Somebody asked for its end: it is no death, and no reason to wait. */
  private restartAsked = false;

  constructor(definition: ServiceDefinition, changed: (notice?: string) => void) {
    this.definition = definition;
    this.changed = changed;
    this.state = { name: definition.name, state: 'starting', restarts: 0 };
  }

  /** Starts the service and waits until it answers; from then on it is kept alive. */
  async start(): Promise<void> {
    await this.launch().catch((error) => {
      if (!this.definition.isOptional || this.abort.signal.aborted) throw error;
      this.deathsInARow = 1;
      this.state.state = 'restarting';
      this.changed(`${this.state.name} did not start, and the appliance runs without it: ${(error as Error).message}`);
    });
    this.keeping = this.keepAlive();
  }

  /** Ends the service because somebody asked, and starts it again at once. Throws SUPERVISOR_SERVICE_NOT_RUNNING. */
  restart(): void {
    const { running } = this;
    if (!running || this.restartAsked || this.abort.signal.aborted)
      throw new HoldfastError('SUPERVISOR_SERVICE_NOT_RUNNING', {
        kind: 'conflict',
        message: `${this.state.name} does not run right now: it is being started or stopped already.`,
        action: 'Look again in a moment.',
      });
    this.restartAsked = true;
    this.state.state = 'restarting';
    this.changed(`${this.state.name} is restarted because somebody asked.`);
    running.stop().catch((error: Error) => this.changed(`${this.state.name} could not be ended: ${error.message}`));
  }

  /** Ends the service and no longer restarts it. */
  async stop(): Promise<void> {
    this.abort.abort(new Error('The appliance is being stopped.'));
    this.state.state = 'stopping';
    this.changed();
    await this.launching.catch(() => {});
    await this.running?.stop();
    await this.keeping;
    this.state.state = 'stopped';
    delete this.state.identity;
    this.changed();
  }

  private launch(): Promise<void> {
    this.launching = this.launchOnce();
    return this.launching;
  }

  private async launchOnce(): Promise<void> {
    this.abort.signal.throwIfAborted();
    this.running = await this.definition.start(this.abort.signal);
    this.startedAtMs = performance.now();
    const { process, version, address } = this.running;
    Object.assign(this.state, {
      state: 'running',
      identity: process.identity,
      startedAt: new Date().toISOString(),
      version,
      address,
    });
    this.changed();
  }

  private async keepAlive(): Promise<void> {
    while (!this.abort.signal.aborted) {
      if (this.running) await this.running.process.exited.then((exit) => this.buried(exit));
      if (this.abort.signal.aborted) return;
      const wasAsked = this.restartAsked;
      this.restartAsked = false;
      const pauseMs = wasAsked ? 0 : restartPauseMs(this.deathsInARow);
      await sleep(pauseMs, undefined, { signal: this.abort.signal }).catch(() => {});
      if (this.abort.signal.aborted) return;
      if (!wasAsked) this.state.restarts += 1;
      await this.relaunch();
    }
  }

  /** Records a death that nobody asked for. */
  private buried(exit: ProcessExit): void {
    this.running = undefined;
    delete this.state.identity;
    if (this.abort.signal.aborted) return;
    if (this.restartAsked) {
      this.deathsInARow = 0;
      this.changed();
      return;
    }
    this.deathsInARow = performance.now() - this.startedAtMs > steadyMs ? 1 : this.deathsInARow + 1;
    this.state.lastExit = { ...exit, at: new Date().toISOString() };
    this.state.state = 'restarting';
    const cause = exit.signal ? `by ${exit.signal}` : `with exit code ${exit.code}`;
    this.changed(`${this.state.name} ended ${cause}; starting it again in ${restartPauseMs(this.deathsInARow) / 1000} s.`);
  }

  private async relaunch(): Promise<void> {
    try {
      await this.launch();
      this.changed(`${this.state.name} is running again.`);
    } catch (error) {
      if (this.abort.signal.aborted) return;
      this.deathsInARow += 1;
      const pause = restartPauseMs(this.deathsInARow) / 1000;
      this.changed(`${this.state.name} did not start: ${(error as Error).message} Next attempt in ${pause} s.`);
    }
  }
}
