import type { ApplianceStatus, ServiceStatus } from '#supervisor';
import { defineCommand, exitCodes } from '../command.ts';
import { formatBytes, formatTable, formatUptime } from '../format.ts';
import { keysLine } from '../keys/say-keys.ts';
import { readKeys } from '../keys/with-keystore.ts';
import type { Terminal } from '../terminal.ts';

const status = defineCommand({
  name: 'status',
  summary: 'Show what runs; exit code 0 when it does and 3 when it does not.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    const { readStatus } = await import('#supervisor');
    const found = await readStatus(appliance);
    const keys = found.running ? await readKeys(appliance) : null;
    if (json) terminal.answer({ ...found, keys });
    else print(found, terminal);
    if (keys) terminal.say(keysLine(keys));
    return found.running ? exitCodes.ok : exitCodes.notRunning;
  },
});

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
