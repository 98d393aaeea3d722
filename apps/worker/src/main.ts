import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { SystemDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { loadAppliance, readEnvironment } from '#manifest';
import { JobRunner, OutboxRelay } from '#queue';
import { ServiceNotice } from '#supervisor';
import { metricsSocket, nestLogger, rootLogger, serveMetrics } from '#telemetry';
import { WorkerModule } from './worker.module.ts';

const drainMs = 20_000;

const appliance = loadAppliance();
const app = await NestFactory.createApplicationContext(WorkerModule.of(appliance), { logger: nestLogger, abortOnError: false });
const { workerName } = readEnvironment();
const declared = appliance.workers.find((worker) => worker.name === workerName);
if (!declared)
  throw new HoldfastError('WORKER_UNDECLARED', {
    kind: 'invalid',
    message: `The manifest declares no worker ${workerName}.`,
    action: `Set HOLDFAST_WORKER to one of: ${appliance.workers.map((worker) => worker.name).join(', ')}.`,
  });

const runner = app.get(JobRunner);
const relay = app.get(OutboxRelay);
await runner.start(declared.roles);
relay.start();
const stopMetrics = await serveMetrics(metricsSocket(appliance, workerName)).catch((error) => {
  rootLogger.warn({ err: error }, 'The metrics of this worker are not told');
  return () => Promise.resolve();
});
rootLogger.info({ worker: workerName, roles: declared.roles }, 'The worker is ready');

const database = app.get(SystemDatabase, { strict: false });
const notice = new ServiceNotice({
  probe: () => database.run((sql) => sql.first('SELECT 1')),
  onSilence: (waitedMs) => rootLogger.error({ waitedMs }, 'The database does not answer this process'),
});
notice.ready();

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    rootLogger.info({ signal }, 'The worker drains');
    notice.stopping();
    void Promise.all([relay.stop(), runner.stop(drainMs)])
      .then(() => stopMetrics())
      .then(() => app.close())
      .finally(() => process.exit(0));
  });
