import { z } from 'zod';
import { agentError, hostServices, type RestartReply, type RestartRequest, restartReply } from '#agent-protocol';
import { failpoint } from '#manifest';
import type { Asked } from '../cores/core-changes.ts';
import type { Host } from '../host/host.ts';
import type { Journal } from '../journal/journal.adapter.ts';
import { Turns } from '../turns.ts';

const done = z.object({ event: z.literal('restarted'), idempotencyKey: z.string(), ...restartReply.shape });

/** Restarts services of the list, one at a time; each is in the journal before it happens. */
export class ServiceRestarts {
  private readonly host: Host;
  private readonly journal: Journal;
  /** Of its own: a service that stops slowly must not keep a change from going back. */
  private readonly turns = new Turns();

  constructor(host: Host, journal: Journal) {
    this.host = host;
    this.journal = journal;
  }

  /** Throws AGENT_SERVICE_ABSENT, AGENT_KEY_REUSED. A service that does not come back is an answer and no error. */
  restart({ service, idempotencyKey }: RestartRequest, { claimedActor, peer }: Asked): Promise<RestartReply> {
    return this.turns.take(async () => {
      const known = this.answered(idempotencyKey);
      if (known && known.service === service) return known;
      if (known) throw agentError('AGENT_KEY_REUSED', `The key ${idempotencyKey} belongs to a restart of ${known.service}.`);
      const units = (await this.host.seeServices([hostServices[service]])).map(({ unit }) => unit).sort();
      if (units.length === 0)
        throw agentError('AGENT_SERVICE_ABSENT', `There is no ${service} on this machine (${hostServices[service]}).`);
      this.journal.append({ event: 'restarting', service, units, idempotencyKey, claimedActor, peer });
      failpoint('agent.restarting');
      const reason = await this.tryRestart(units);
      const after = await this.host.seeServices(units);
      const isRunning = reason === null && after.length > 0 && after.every(({ state }) => state === 'active');
      const reply: RestartReply = { service, units, state: isRunning ? 'running' : 'failed' };
      this.journal.append({ event: 'restarted', ...reply, idempotencyKey, reason });
      return reply;
    });
  }

  private async tryRestart(units: readonly string[]): Promise<string | null> {
    try {
      await this.host.restart(units);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  private answered(idempotencyKey: string): RestartReply | undefined {
    const found = this.journal.records.find(
      ({ entry }) => entry.event === 'restarted' && entry.idempotencyKey === idempotencyKey,
    );
    if (!found) return undefined;
    const { service, units, state } = done.parse(found.entry);
    return { service, units, state };
  }
}
