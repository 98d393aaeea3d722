import { asHoldfastError, HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { type ApplianceState, addressOf, removeState, type StepState, writeState } from './appliance-state.ts';
import { ControlSocket } from './control-socket.adapter.ts';
import { emptyScratch, prepareHome } from './home-folders.ts';
import { endLeftOvers, removeSockets } from './left-overs.ts';
import { LogRotation } from './log-rotation.ts';
import { ensurePortFree } from './port-check.ts';
import { identifyProcess } from './process-identity.ts';
import { ensureProductDatabase } from './product-database.ts';
import { acquireRunLock, type RunLock } from './run-lock.ts';
import { programDefinitions, serverDefinitions } from './services.ts';
import { type ServiceDefinition, SupervisedService } from './supervised-service.ts';

export interface SupervisorOptions {
  /** Brings the schema up to date; the database library stands above this one and hands it in. */
  migrate(target: { socketFolder: string; database: string; user: string }): Promise<{ applied: string[] }>;
  /** Told of every change. */
  onChange?(state: ApplianceState): void;
  /** Told what is worth a line to the reader. */
  onNotice?(message: string): void;
  /** What to run after the servers; the api and workers of the manifest unless said. */
  programs?: ServiceDefinition[];
}

const logCheckMs = 60_000;

/** Starts the appliance in order, keeps it running and stops it in reverse. One per home. */
export class Supervisor {
  private readonly appliance: Appliance;
  private readonly options: SupervisorOptions;
  private readonly servers: SupervisedService[];
  private readonly programs: SupervisedService[];
  private readonly logs: LogRotation;
  private readonly state: ApplianceState;
  private readonly control: ControlSocket;
  private lock: RunLock | undefined;
  private logTimer: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;

  constructor(appliance: Appliance, options: SupervisorOptions) {
    this.appliance = appliance;
    this.options = options;
    this.logs = new LogRotation(appliance.paths.logs);
    const supervise = (definition: ServiceDefinition) => new SupervisedService(definition, (notice) => this.changed(notice));
    const programs = options.programs ?? programDefinitions(appliance);
    const servers = serverDefinitions(appliance);
    this.servers = servers.map(supervise);
    this.programs = programs.map(supervise);
    this.control = new ControlSocket(appliance, (name) => this.restart(name));
    const step = (name: string, label: string): StepState => ({ name, label, state: 'waiting' });
    this.state = {
      supervisor: identifyProcess(process.pid) ?? { pid: process.pid, startTicks: 0, bootId: '' },
      phase: 'starting',
      home: appliance.home,
      address: addressOf(appliance),
      startedAt: new Date().toISOString(),
      steps: [
        step('home', 'Data folder'),
        ...servers.map(({ name, label }) => step(name, label)),
        step('schema', 'Database schema'),
        ...programs.map(({ name, label }) => step(name, label)),
      ],
      services: [...this.servers, ...this.programs].map(({ state }) => state),
    };
  }

  /** Starts everything and resolves when all of it answers. Whatever goes wrong, nothing is left running. Throws SUPERVISOR_ALREADY_RUNNING and what the steps throw. */
  async start(): Promise<void> {
    try {
      await this.step('home', () => this.prepare());
      for (const server of this.servers) await this.step(server.state.name, () => this.startService(server));
      await this.step('schema', () => this.bringSchemaUpToDate());
      const started = await Promise.allSettled(
        this.programs.map((program) => this.step(program.state.name, () => this.startService(program))),
      );
      for (const result of started) if (result.status === 'rejected') throw result.reason;
      this.ensureNotStopping();
      await this.control.open();
    } catch (error) {
      await this.fail(error);
      throw error;
    }
    this.state.phase = 'ready';
    this.state.readyAt = new Date().toISOString();
    this.logTimer = setInterval(() => this.rotateLogs(), logCheckMs);
    this.changed();
  }

  /** Ends everything in reverse order and leaves no process, socket or state behind. May be called at any time, also twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** Ends and starts one service again. Throws SUPERVISOR_SERVICE_UNKNOWN, SUPERVISOR_SERVICE_NOT_RUNNING. */
  private restart(name: string): void {
    const services = [...this.servers, ...this.programs];
    const service = services.find(({ state }) => state.name === name);
    if (!service)
      throw new HoldfastError('SUPERVISOR_SERVICE_UNKNOWN', {
        kind: 'not-found',
        message: `There is no service ${name}; there are ${services.map(({ state }) => state.name).join(', ')}.`,
      });
    service.restart();
  }

  private async prepare(): Promise<string | undefined> {
    prepareHome(this.appliance);
    this.lock = await acquireRunLock(this.appliance.home);
    if (!this.lock)
      throw new HoldfastError('SUPERVISOR_ALREADY_RUNNING', {
        kind: 'conflict',
        message: `The appliance with the data in ${this.appliance.home} is already running.`,
        action: 'Look at it with ./holdfast status.',
      });
    const ended = await endLeftOvers(this.appliance);
    await ensurePortFree(this.appliance.listen.host, this.appliance.listen.port);
    emptyScratch(this.appliance);
    this.rotateLogs();
    for (const { message } of this.appliance.settingObstacles)
      this.options.onNotice?.(`${message} See ./holdfast memory plan.`);
    return ended.length > 0 ? `ended ${ended.join(', ')} of an earlier start` : undefined;
  }

  /** A disk without room for the part of a log that is set aside must not end the appliance. */
  private rotateLogs(): void {
    try {
      this.logs.turn(new Date());
    } catch (error) {
      this.options.onNotice?.(`A log could not be started anew: ${asHoldfastError(error).message}`);
    }
  }

  private async startService(service: SupervisedService): Promise<string | undefined> {
    this.ensureNotStopping();
    await service.start();
    return service.state.version;
  }

  private async bringSchemaUpToDate(): Promise<string> {
    this.ensureNotStopping();
    const { socketFolder, databaseName: database } = this.appliance;
    await ensureProductDatabase(socketFolder, database);
    const { applied } = await this.options.migrate({ socketFolder, database, user: 'hf_owner' });
    return applied.length > 0 ? `${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'} applied` : 'up to date';
  }

  private ensureNotStopping(): void {
    if (this.stopping)
      throw new HoldfastError('SUPERVISOR_START_CANCELLED', { kind: 'unavailable', message: 'Stopped before it was ready.' });
  }

  private async step(name: string, work: () => Promise<string | undefined>): Promise<void> {
    const step = this.state.steps.find((candidate) => candidate.name === name);
    if (!step) return;
    const startedMs = performance.now();
    step.state = 'running';
    this.changed();
    try {
      const detail = await work();
      if (detail) step.detail = detail;
      step.state = 'done';
    } catch (error) {
      step.state = 'failed';
      throw error;
    } finally {
      step.milliseconds = Math.round(performance.now() - startedMs);
      this.changed();
    }
  }

  private async fail(error: unknown): Promise<void> {
    const wasCancelled = this.stopping !== undefined;
    const isOurs = this.lock !== undefined;
    await this.stop();
    // A stop that came before the lock was taken has not seen it.
    await this.cleanUp();
    const { code, message, action } = asHoldfastError(error);
    this.state.phase = 'failed';
    this.state.failure = { code, message, action };
    // Somebody else's state is not ours to overwrite.
    if (isOurs && !wasCancelled) writeState(this.appliance, this.state);
    this.options.onChange?.(this.state);
  }

  private async stopAll(): Promise<void> {
    clearInterval(this.logTimer);
    this.control.close();
    this.state.phase = 'stopping';
    this.changed();
    const [api, ...workers] = this.programs;
    await Promise.all(workers.map((worker) => worker.stop()));
    await api?.stop();
    for (const server of this.servers.toReversed()) await server.stop();
    await this.cleanUp();
  }

  private async cleanUp(): Promise<void> {
    if (!this.lock) return;
    removeSockets(this.appliance);
    removeState(this.appliance);
    await this.lock.release();
    this.lock = undefined;
  }

  private changed(notice?: string): void {
    if (this.lock) writeState(this.appliance, this.state);
    this.options.onChange?.(this.state);
    if (notice) this.options.onNotice?.(notice);
  }
}
