import 'reflect-metadata';
import { AuditTrail } from '#audit';
import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { EmbeddedKeyProvider, makeKeyServices, ProviderReadiness } from '#keys';
import { ScratchHolder } from '../integration/keys/scratch-holder.ts';

/** What this process is to do, and the call at which it dies: `encrypt`, `rotate`, … of the provider, `replace` of the holder. */
export interface KeyWork {
  host: string;
  database: string;
  socketPath: string;
  ledgerPath: string;
  organisation: Omit<TenantContext, 'permissions'>;
  work: 'rotate-key' | 'rotate-provider' | 'destroy-key';
  keyId: string;
  death: { call: string; visit: number; when: 'before' | 'after' } | null;
}

// Does one piece of work on keys until it is done or killed: keys.child.ts WORK
const task = JSON.parse(process.argv[2] ?? '') as KeyWork;
const { host, database, death } = task;
let visits = 0;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The same, but that it dies at a call. */
function mortal<Thing extends object>(thing: Thing): Thing {
  return new Proxy(thing, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const isTheOne = name === death?.call && ++visits === death.visit;
        if (isTheOne && death.when === 'before') die();
        const answer = value.apply(target, given);
        return isTheOne ? Promise.resolve(answer).then(die) : answer;
      };
    },
  });
}

const pool = (user: string) => new TransactionPool({ host, database, user, poolSize: 4 });
const tenant = new TenantDatabase(pool('hf_app'));
const system = new SystemDatabase(pool('hf_system'));
const provider = mortal(new EmbeddedKeyProvider(task.socketPath));
const services = makeKeyServices({
  provider,
  tenant,
  system,
  audit: new AuditTrail(tenant, system),
  readiness: new ProviderReadiness(provider),
  ledgerPath: task.ledgerPath,
  cacheMs: 900_000,
  backupWindowDays: 30,
});
services.holders.register(mortal(new ScratchHolder(tenant)));
const works: Record<KeyWork['work'], () => Promise<unknown>> = {
  'rotate-key': () => services.keys.rotate(task.keyId),
  'rotate-provider': () => services.providerKeys.rotate('hf-subject'),
  'destroy-key': () => services.erasure.destroyKey(task.keyId),
};
process.stdout.write('begins\n');
await runAs({ ...task.organisation, permissions: new Set() }, works[task.work]);
process.stdout.write('done\n');
process.exit(0);
