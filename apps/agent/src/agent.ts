import { join } from 'node:path';
import { systemClock } from '#kernel';
import { AgentServer } from './agent-server.adapter.ts';
import { type Agent, answerRequest } from './answer-request.ts';
import { CoreChanges } from './cores/core-changes.ts';
import { GenerationHistory } from './cores/generation-history.ts';
import { DriftWatch } from './drift/drift-watch.ts';
import type { Host } from './host/host.ts';
import type { Inventory } from './inventory.adapter.ts';
import { Journal } from './journal/journal.adapter.ts';
import { ServiceLogs } from './services/service-logs.ts';
import { ServiceRestarts } from './services/service-restarts.ts';
import { Turns } from './turns.ts';

/** What an agent is put together from. */
export interface AgentParts {
  host: Host;
  inventory(): Inventory;
  /** Folder of its journal. */
  state: string;
  /** How many sockets systemd handed over, and where to listen if none. */
  listen: { handedOver: number; path: string | undefined };
  /** Answers may take so many times as long as usual. */
  patience?: number;
  say(line: string): void;
}

/**
 * Starts it: takes the socket, reads the journal, takes back what was left unconfirmed, begins to set again what a reboot lost, and answers. Answers how to
 * stop it. Throws AGENT_BUSY, AGENT_JOURNAL_BROKEN.
 */
export async function startAgent({
  host,
  inventory,
  state,
  listen,
  patience = 1,
  say,
}: AgentParts): Promise<() => Promise<void>> {
  const ready = Promise.withResolvers<Agent>();
  ready.promise.catch(() => {});
  const server = new AgentServer(async (message, peer) =>
    answerRequest(message, { agent: await ready.promise, clock: systemClock, patience, peer, say }),
  );
  await server.listen(listen);
  try {
    // Only now: of two agents the second has failed to get the socket, and must not touch the journal.
    const journal = new Journal(join(state, 'journal'), systemClock);
    const history = new GenerationHistory(journal.records);
    const shared = { host, journal, history, turns: new Turns(), clock: systemClock, say };
    const cores = new CoreChanges({ ...shared, inventory });
    const drift = new DriftWatch(shared);
    await cores.recover();
    // In its turn, beside what is asked meanwhile: a machine that has just booted is slow.
    void drift.start().catch((error: Error) => say(`nobody watches the unit files: ${error.message}`));
    const services = new ServiceRestarts(host, journal);
    ready.resolve({ cores, drift, journal, services, logs: new ServiceLogs(host, systemClock) });
    return async () => {
      await server.close();
      drift.stop();
      await cores.stop();
      journal.close();
    };
  } catch (error) {
    ready.reject(error);
    await server.close();
    throw error;
  }
}
