import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AgentClient, hostServices } from '#agent-protocol';
import { HoldfastError } from '#kernel';
import { loggerFor } from '#telemetry';
import { agentNameOf } from './domain/unit-names.ts';

const log = loggerFor('services');
/** A refusal comes at once; what takes longer has begun. */
const begunAfterMs = 1500;

/** Restarts units by the host agent, which knows them by names of its own. */
export class UnitRestart {
  private readonly client: AgentClient;
  private asked: Promise<string | undefined> | undefined;

  constructor(socket: string) {
    this.client = new AgentClient('services', socket);
  }

  /** Why a unit cannot be restarted; undefined where it can. The agent is asked once for all units. */
  async whyNot(unit: string): Promise<string | undefined> {
    const byHand = `On the machine: sudo systemctl restart ${unit}.`;
    if (!agentNameOf(hostServices, unit)) return `The host agent does not restart it. ${byHand}`;
    this.asked ??= this.client.call('status', {}).then(
      () => undefined,
      (error: HoldfastError) => error.message,
    );
    const problem = await this.asked;
    return problem === undefined ? undefined : `${problem}. ${byHand}`;
  }

  /** Throws what the agent refuses, and HOST_CONTROL_UNAVAILABLE. Its end is not waited for: it may be the end of this process. */
  async begin(unit: string): Promise<void> {
    const service = agentNameOf(hostServices, unit);
    if (!service)
      throw new HoldfastError('SERVICE_RESTART_UNAVAILABLE', {
        kind: 'unavailable',
        message: `The host agent does not restart ${unit}.`,
        action: `On the machine: sudo systemctl restart ${unit}.`,
      });
    let hasBegun = false;
    const done = this.client
      .call('services.restart', { service, idempotencyKey: randomUUID() })
      .catch((error: HoldfastError) => {
        if (!hasBegun) throw error;
        log.warn({ unit, code: error.code }, `The restart of ${unit} was not confirmed: ${error.message}`);
      });
    await Promise.race([done, wait(begunAfterMs)]);
    hasBegun = true;
  }
}
