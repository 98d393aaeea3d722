import { type Appliance, readEnvironment } from '#manifest';

/** Whether this process is a worker that looks after storage. */
export function isStorageWorker({ workers }: Appliance): boolean {
  const { workerName } = readEnvironment();
  return workers.find(({ name }) => name === workerName)?.roles.includes('storage') ?? false;
}
