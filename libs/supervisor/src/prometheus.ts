import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { bcryptOf, ensureSecret, metricsTokenFile, prometheusPasswordFile, prometheusUser } from './metrics-secrets.ts';
import {
  boxExporters,
  prometheusArguments,
  prometheusSettings,
  renderPrometheusConfig,
  renderPrometheusWeb,
} from './prometheus-files.ts';
import { endProcess, lastLines, type ServerProcess, startProcess } from './server-process.ts';
import { stopStepsOf } from './stop-steps.ts';
import type { RunningService } from './supervised-service.ts';

/** Debian's Prometheus. */
export const prometheusProgram = '/usr/bin/prometheus';
const readyWithinMs = 60_000;

/** The header that signs in to the private Prometheus. */
export function prometheusAuthorization(appliance: Pick<Appliance, 'paths'>): string {
  const password = readFileSync(prometheusPasswordFile(appliance), 'utf8').trim();
  return `Basic ${Buffer.from(`${prometheusUser}:${password}`).toString('base64')}`;
}

/** A port of the loopback that nobody has; somebody may take it before it is used, and then the start is tried again. */
function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Port of the box' Prometheus where the manifest names none. */
export const boxPrometheusPort = 9090;
const boxCredentials = '/run/credentials/holdfast-prometheus.service';

/** Writes what holdfast-prometheus.service reads, and makes the secrets that it is given. */
export function prepareBoxPrometheus(appliance: Appliance): void {
  const folder = appliance.paths.prometheus;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  ensureSecret(metricsTokenFile(appliance));
  const password = ensureSecret(prometheusPasswordFile(appliance));
  const port = appliance.monitoring.port ?? boxPrometheusPort;
  const secrets = { tokenFile: `${boxCredentials}/metrics-token`, passwordFile: `${boxCredentials}/prometheus-password` };
  const exporters: Record<string, number> = existsSync('/usr/bin/prometheus-node-exporter') ? { node: boxExporters.node } : {};
  const words = prometheusSettings(appliance.monitoring, port).join(' ');
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('prometheus.yml', renderPrometheusConfig(appliance, port, secrets, exporters));
  write('web.yml', renderPrometheusWeb(bcryptOf(password)));
  write('arguments.env', `PROMETHEUS_ARGUMENTS="${words}"\n`);
}

function writeConfiguration(appliance: Appliance, port: number): { configuration: string; data: string } {
  const configuration = appliance.paths.prometheus;
  const data = join(configuration, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const secrets = { tokenFile: metricsTokenFile(appliance), passwordFile: prometheusPasswordFile(appliance) };
  ensureSecret(secrets.tokenFile);
  const password = ensureSecret(secrets.passwordFile);
  const write = (name: string, text: string) => writeFileSync(join(configuration, name), text, { mode: 0o600 });
  write('prometheus.yml', renderPrometheusConfig(appliance, port, secrets));
  write('web.yml', renderPrometheusWeb(bcryptOf(password)));
  return { configuration, data };
}

async function isReady(appliance: Appliance, address: string): Promise<boolean> {
  const headers = { authorization: prometheusAuthorization(appliance) };
  try {
    const answer = await fetch(`${address}/-/ready`, { headers, signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

async function untilReady(
  appliance: Appliance,
  server: ServerProcess,
  place: { address: string; logFile: string },
  abort: AbortSignal,
) {
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(appliance, place.address))) {
    abort.throwIfAborted();
    if (server.exit || performance.now() > deadline)
      throw new HoldfastError('PROMETHEUS_START_FAILED', {
        kind: 'unavailable',
        message: `Prometheus ${server.exit ? 'ended while starting' : 'was not ready within a minute'}: ${lastLines(place.logFile, 3)}`,
        action: `Its log is ${place.logFile}.`,
      });
    await sleep(50);
  }
}

/** Starts a Prometheus of our own on the loopback, behind a password, and waits until it answers. Throws PROMETHEUS_START_FAILED. */
export async function startPrivatePrometheus(appliance: Appliance, abort: AbortSignal): Promise<RunningService> {
  const port = appliance.monitoring.port ?? (await freePort());
  const folder = writeConfiguration(appliance, port);
  const logFile = join(appliance.paths.logs, 'prometheus.log');
  const server = startProcess({
    command: prometheusProgram,
    args: prometheusArguments(appliance.monitoring, port, folder),
    folder: folder.data,
    // Whose memory it is: the history of a box fits easily, a careless question does not.
    environment: {
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOLDFAST_HOME: appliance.home,
      GOMAXPROCS: '2',
      GOMEMLIMIT: '512MiB',
    },
    logFile,
    deathSignal: 'SIGTERM',
  });
  const stop = async () => {
    await endProcess(server.identity, stopStepsOf('prometheus'));
    await server.exited;
  };
  const address = `http://127.0.0.1:${port}`;
  try {
    await untilReady(appliance, server, { address, logFile }, abort);
  } catch (error) {
    await stop();
    throw error;
  }
  return { process: server, address, stop };
}

/** Why this machine keeps no history, undefined where it can. */
export function noPrometheusBecause({ monitoring }: Pick<Appliance, 'monitoring'>): string | undefined {
  if (!monitoring.enabled) return 'monitoring.enabled is false in the manifest.';
  if (!existsSync(prometheusProgram)) return 'The Debian package prometheus is not installed.';
  return undefined;
}
