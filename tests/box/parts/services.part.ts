import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { monitoringChecks } from './monitoring-checks.ts';
import type { Part } from './part.ts';

/** Of the appliance and of Debian. */
const units = [
  'holdfast-api.service',
  'holdfast-worker@media.service',
  'holdfast-worker@inference.service',
  'holdfast-worker@storage.service',
  'holdfast-worker@general.service',
  'holdfast-keyd.service',

  'postgresql@17-main.service',
  'redis-server.service',
  'nginx.service',
  'holdfast-agent.socket',
  'holdfast-agent.service',
  'holdfast-prometheus.service',
  'prometheus-node-exporter.service',
  'holdfast-smart.timer',
];
/** Each answers with one line of its own. */
const probes: Record<string, string> = {
  PostgreSQL: `su postgres -c "psql -Atqc 'select 1'" | grep -x 1`,
  Redis: 'redis-cli -s /run/redis/redis-server.sock ping | grep -x PONG',
  'the api, behind nginx,': 'curl -sSk --fail https://localhost/api/v1/setup',
  'the portal, behind nginx,': 'curl -sSk --fail -H "accept: text/html" https://localhost/ | grep -o "<title>.*</title>"',
};
const bootSeconds = 900;

/** Waits until nothing starts any more. */
async function settled(machine: VirtualMachine): Promise<string> {
  const { output } = await machine.run('systemctl is-system-running --wait', bootSeconds);
  const failed = await machine.tell('systemctl list-units --failed --plain --no-legend');
  if (failed !== '') throw new Error(`${output.trim()}: ${failed}`);
  return output.trim();
}

export const services: Part = {
  name: 'services',
  what: 'after a boot every unit is active, and answers',
  async run({ box, report }) {
    const machine = await box.machine();
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('services', what, act);
    await check('nothing failed at boot', () => settled(machine));
    await check('processors as in the reference box', async () => {
      const domains = await machine.tell(
        'cat /sys/devices/system/cpu/cpu*/cache/index3/shared_cpu_list | sort -u | tr "\\n" " "',
      );
      if (domains !== '0-15 16-31') throw new Error(`L3 domains: ${domains}`);
      return `L3 domains ${domains}`;
    });
    for (const unit of units)
      await check(unit, async () => {
        const state = await machine.tell(`systemctl is-active ${unit} || systemctl status --no-pager -n 20 ${unit}`);
        if (state !== 'active') throw new Error(state);
        return state;
      });
    for (const [name, script] of Object.entries(probes)) await check(`${name} answers`, () => machine.tell(script));
    for (const [what, look] of Object.entries(monitoringChecks(machine))) await check(what, look);
  },
};
