import { setTimeout as sleep } from 'node:timers/promises';
import { BoxApi } from '../box-api.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';

/** Everything here is slow, and Prometheus looks every fifteen seconds only. */
const patienceMs = 600_000;
const pauseMs = 10_000;

/** Asks Prometheus of the box over its loopback, with the password that it shares with the api. */
const ask = (query: string) =>
  `curl -sS --max-time 120 -u "holdfast:$(cat /var/lib/holdfast/secrets/prometheus-password)" -G --data-urlencode 'query=${query}' http://127.0.0.1:9090/api/v1/query`;

interface Target {
  metric: { job: string; worker?: string };
  value: [number, string];
}

/** Tries again until it answers what was wanted, or throws the last reason. */
async function untilFound(look: () => Promise<string>): Promise<string> {
  for (const startedMs = performance.now(); ; await sleep(pauseMs)) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() - startedMs > patienceMs) throw error;
    }
  }
}

/** Every target that Prometheus was given has answered it; one answer in time counts, for this machine is emulated. */
async function targetsAnswered(machine: VirtualMachine): Promise<string> {
  const { data } = JSON.parse(await machine.tell(ask('max_over_time(up[1h])'))) as { data: { result: Target[] } };
  const names = ({ metric }: Target) => (metric.worker ? `worker ${metric.worker}` : metric.job);
  const silent = data.result.filter(({ value }) => value[1] !== '1').map(names);
  const jobs = new Set(data.result.map(({ metric }) => metric.job));
  const missing = ['holdfast-api', 'holdfast-worker', 'node', 'prometheus'].filter((job) => !jobs.has(job));
  if (silent.length + missing.length > 0) throw new Error(`silent: ${silent.join(', ')}; not asked: ${missing.join(', ')}`);
  return `${data.result.length} targets: ${data.result.map(names).join(', ')}`;
}

async function historyHas(machine: VirtualMachine, api: BoxApi, metric: string): Promise<string> {
  const from = await machine.tell('date -u -d "-30 min" +%Y-%m-%dT%H:%M:%SZ');
  const { lines } = await api.get<{ lines: { labels: Record<string, string>; points: unknown[] }[] }>(
    `/telemetry/history?metric=${metric}&from=${from}&step=60`,
  );
  if (lines.length === 0) throw new Error(`the history of ${metric} is empty`);
  return lines.map(({ labels, points }) => `${Object.values(labels).join(' ')} ${points.length}`).join(', ');
}

/** What the box remembers of itself: by check, what is looked at. */
export function monitoringChecks(machine: VirtualMachine): Record<string, () => Promise<string>> {
  const history = (metric: string) => async () => {
    const api = await BoxApi.signIn(machine);
    return untilFound(() => historyHas(machine, api, metric));
  };
  return {
    'nobody without its password asks Prometheus': async () => {
      const code = 'curl -sS -o /dev/null -w "%{http_code}" --max-time 120 http://127.0.0.1:9090/api/v1/query?query=up';
      const answer = await machine.tell(code);
      if (answer !== '401') throw new Error(`it answers ${answer}`);
      return answer;
    },
    'Prometheus reaches the api, every worker and the node exporter': () => untilFound(() => targetsAnswered(machine)),
    'the api tells the history of slices': history('slices.cpu'),
    'the api tells the history of nginx': history('nginx.connections'),
    'the disks are asked how they are': () =>
      machine.tell(
        'systemctl start holdfast-smart.service && cd /sys/block && for disk in sd* nvme*n*; do test -s "/run/holdfast-smart/$disk.json" && echo -n "$disk " || exit 1; done',
        900,
      ),
  };
}
