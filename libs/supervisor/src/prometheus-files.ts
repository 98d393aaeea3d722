import { stringify } from 'yaml';
import type { Appliance } from '#manifest';
import { prometheusUser } from './metrics-secrets.ts';

const header = '# Written by Holdfast at every start: change config/appliance.yaml instead.\n';

/** Files with secrets that Prometheus reads. */
export interface PrometheusSecrets {
  tokenFile: string;
  passwordFile: string;
}

/** Exporters of Debian on a box, by job and port. PostgreSQL, Redis and the disks are told by the api itself. */
export const boxExporters = { node: 9100 } as const;

/** `prometheus.yml`: the api, each worker through it, Prometheus itself, and exporters where there are any. */
export function renderPrometheusConfig(
  { listen, workers, monitoring }: Pick<Appliance, 'listen' | 'workers' | 'monitoring'>,
  port: number,
  secrets: PrometheusSecrets,
  exporters: Readonly<Record<string, number>> = {},
): string {
  const api = `127.0.0.1:${listen.port}`;
  const authorization = { type: 'Bearer', credentials_file: secrets.tokenFile };
  const seconds = `${monitoring.scrapeSeconds}s`;
  return `${header}${stringify({
    global: {
      scrape_interval: seconds,
      scrape_timeout: `${Math.min(10, monitoring.scrapeSeconds)}s`,
      evaluation_interval: seconds,
    },
    scrape_configs: [
      { job_name: 'holdfast-api', authorization, static_configs: [{ targets: [api] }] },
      {
        job_name: 'holdfast-worker',
        authorization,
        // A worker opens no port: the api fetches its figures over a unix socket.
        static_configs: workers.map(({ name }) => ({
          targets: [api],
          labels: { worker: name, __metrics_path__: `/metrics/workers/${name}` },
        })),
      },
      {
        job_name: 'prometheus',
        basic_auth: { username: prometheusUser, password_file: secrets.passwordFile },
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      },
      ...Object.entries(exporters).map(([job, exporterPort]) => ({
        job_name: job,
        static_configs: [{ targets: [`127.0.0.1:${exporterPort}`] }],
      })),
    ],
  })}`;
}

/** `web.yml`: who may ask Prometheus, by the bcrypt hash of the password. */
export function renderPrometheusWeb(passwordHash: string): string {
  return `${header}${stringify({ basic_auth_users: { [prometheusUser]: passwordHash } })}`;
}

/** The words that say what is kept and where it listens. Its ways to change or end it over HTTP stay off, as they are unless asked for. */
export function prometheusSettings({ retentionDays, retentionSizeMb }: Appliance['monitoring'], port: number): string[] {
  return [
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.max-connections=32',
    `--storage.tsdb.retention.time=${retentionDays}d`,
    `--storage.tsdb.retention.size=${retentionSizeMb}MB`,
    '--query.timeout=20s',
    '--query.max-concurrency=4',
    '--query.max-samples=5000000',
    '--log.level=warn',
  ];
}

/** The words that a private Prometheus is started with. */
export function prometheusArguments(
  monitoring: Appliance['monitoring'],
  port: number,
  folder: { configuration: string; data: string },
): string[] {
  return [
    `--config.file=${folder.configuration}/prometheus.yml`,
    `--web.config.file=${folder.configuration}/web.yml`,
    `--storage.tsdb.path=${folder.data}`,
    ...prometheusSettings(monitoring, port),
  ];
}
