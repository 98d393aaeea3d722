import type { Appliance } from '#manifest';
import type { DomainAnswer, DomainSummary, DomainsAnswer } from '#reconcile';
import type { ApplianceStatus, ServiceStatus } from '#supervisor';
import { type CommandContext, defineCommand, exitCodes } from '../command.ts';
import { formatBytes, formatTable, formatUptime } from '../format.ts';
import { keysLine } from '../keys/say-keys.ts';
import { readKeys } from '../keys/with-keystore.ts';
import { sayDomains, sayDrift, sayHostChanges } from '../reconcile/say-host.ts';
import type { Terminal } from '../terminal.ts';

const status = defineCommand({
  name: 'status',
  summary: 'Show what runs and how the host stands to what is declared; exit code 0 when it runs and 3 when it does not.',
  permission: 'local',
  arguments: [{ notation: '[domain]', summary: 'only this domain of the host: cores, memory' }],
  run: async ({ appliance, terminal, json }, input) => {
    const { domain } = input.arguments;
    if (typeof domain === 'string') return showDomain({ appliance, terminal, json }, domain);
    const { readStatus } = await import('#supervisor');
    const found = await readStatus(appliance);
    const keys = found.running ? await readKeys(appliance) : null;
    const domains = found.running && found.healthy ? await readDomains(appliance) : null;
    if (json) terminal.answer({ ...found, keys, domains });
    else print(found, terminal);
    if (keys) terminal.say(keysLine(keys));
    sayDomains((domains ?? []).filter(isWorthALine), terminal);
    return found.running ? exitCodes.ok : exitCodes.notRunning;
  },
});

const asking = { command: 'status', permissions: ['box.read' as const], organisation: undefined };

/** The host's domains; null where the api cannot be asked for them: the rest of the status is no worse for it. */
async function readDomains(appliance: Appliance): Promise<DomainSummary[] | null> {
  try {
    const { withApi } = await import('../with-api.ts');
    return (await withApi(appliance, asking, (api) => api.get<DomainsAnswer>('/reconcile'))).domains;
  } catch {
    return null;
  }
}

/** Where nothing is declared and nobody could change it there is nothing to tell. */
function isWorthALine({ state, notApplied }: DomainSummary): boolean {
  return state !== 'unavailable' || notApplied !== null;
}

async function showDomain({ appliance, terminal, json }: CommandContext, domain: string): Promise<number> {
  const { withApi } = await import('../with-api.ts');
  const found = await withApi(appliance, asking, (api) => api.get<DomainAnswer>(`/reconcile/${domain}`));
  if (json) terminal.answer(found);
  else {
    sayDomains([found], terminal);
    sayDrift(found, terminal);
    if (found.pending) sayHostChanges(found.pending.changes, terminal);
  }
  return exitCodes.ok;
}

function row(service: ServiceStatus): string[] {
  const { uptimeSeconds, memoryBytes } = service;
  return [
    service.name,
    service.state,
    service.pid === null ? '–' : String(service.pid),
    uptimeSeconds === null ? '–' : formatUptime(uptimeSeconds),
    memoryBytes === null ? '–' : formatBytes(memoryBytes),
    service.restarts === 0 ? '' : `${service.restarts}×`,
    service.version ?? '',
    service.address ?? '',
  ];
}

function headline(found: ApplianceStatus): string {
  if (!found.running) return 'Holdfast is not running.';
  if (found.phase !== 'ready') return `Holdfast is ${found.phase}.`;
  return found.healthy ? `Holdfast runs at ${found.address}` : `Holdfast runs, but the API at ${found.address} is not ready.`;
}

function print(found: ApplianceStatus, terminal: Terminal): void {
  terminal.say(terminal.style('bold', headline(found)));
  if (found.failure) terminal.say(`The last start failed: ${found.failure.message}`);
  if (found.services.length > 0) {
    const [heads, ...lines] = formatTable([
      ['service', 'state', 'pid', 'up', 'memory', 'restarts', 'version', 'address'],
      ...found.services.map(row),
    ]);
    terminal.say(`\n${terminal.style('dim', heads ?? '')}\n${lines.map((line) => line.trimEnd()).join('\n')}\n`);
  }
  if (found.disk)
    terminal.say(
      `Disk of ${found.disk.path}: ${formatBytes(found.disk.freeBytes)} of ${formatBytes(found.disk.totalBytes)} free`,
    );
}

export const commands = [status];
