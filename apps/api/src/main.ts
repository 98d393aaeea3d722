import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { SystemDatabase } from '#database';
import { loadAppliance } from '#manifest';
import { ServiceNotice } from '#supervisor';
import { rootLogger } from '#telemetry';
import { createApi } from './create-api.ts';

// Bytes that stream through (uploads, originals) are memory outside of V8's heap. By default V8 marks the whole heap for every few tens of megabytes of
// it, which doubled the processor time of an upload; counted within the heap's own limit it does so only when memory really grows.
setFlagsFromString('--external-memory-accounted-in-global-limit');

const appliance = loadAppliance();
const app = await createApi(appliance);
await app.listen(appliance.listen.port, appliance.listen.host);
rootLogger.info({ host: appliance.listen.host, port: appliance.listen.port }, 'The API listens');

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
    notice.stopping();
    void app.close().then(() => process.exit(0));
  });
