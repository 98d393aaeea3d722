import { join } from 'node:path';
import {
  type BeforeApplicationShutdown,
  Global,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
  type Type,
} from '@nestjs/common';
import { AuditModule, AuditTrail } from '#audit';
import { APPLIANCE, SystemDatabase, TenantDatabase } from '#database';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { KeysController } from './http/keys.controller.ts';
import { Erasables } from './keyring/erasure/erasables.ts';
import { ErasureCertificates } from './keyring/erasure/erasure-certificates.ts';
import { KeyErasure } from './keyring/erasure/key-erasure.ts';
import { type KeyServices, makeKeyServices } from './keyring/key-services.ts';
import { Keyring } from './keyring/keyring.ts';
import { KeyRetirement } from './keyring/rotation/key-retirement.ts';
import { KeyRotationHandler } from './keyring/rotation/key-rotation.handler.ts';
import { KeyUpkeepTimer } from './keyring/rotation/key-upkeep.timer.ts';
import { KeyUpkeep } from './keyring/rotation/key-upkeep.ts';
import { KeyVersionRotation } from './keyring/rotation/key-version-rotation.ts';
import { ProviderKeyRotation } from './keyring/rotation/provider-key-rotation.ts';
import { WrappedKeyHolders } from './keyring/rotation/wrapped-key-holders.ts';
import { KEY_PROVIDER } from './keys.tokens.ts';
import { KeyOverview } from './overview/key-overview.ts';
import { KeyRotationRequests } from './overview/key-rotation-requests.ts';
import { createKeyProvider } from './provider/create-key-provider.ts';
import type { KeyProvider } from './provider/key-provider.ts';
import { KeyStateWatch } from './provider/key-state-watch.ts';
import { WatchedKeyProvider } from './provider/watched-key-provider.ts';
import { KeyRecord } from './record/key-record.ts';

const logger = loggerFor('keys');

const KEY_SERVICES = Symbol('KEY_SERVICES');
const UNWATCHED_PROVIDER = Symbol('UNWATCHED_PROVIDER');

/** Where the tombstones lie: beside the keystore, outside the database. */
export function tombstoneLedgerOf(appliance: Appliance): string {
  return join(appliance.paths.secrets, 'tombstones.jsonl');
}

function service(token: Type, name: keyof KeyServices): Provider {
  return { provide: token, inject: [KEY_SERVICES], useFactory: (services: KeyServices) => services[name] };
}

const services = [
  service(Keyring, 'keyring'),
  service(WrappedKeyHolders, 'holders'),
  service(Erasables, 'erasables'),
  service(ProviderKeyRotation, 'providerKeys'),
  service(KeyVersionRotation, 'keys'),
  service(KeyRetirement, 'retirement'),
  service(KeyErasure, 'erasure'),
  service(ErasureCertificates, 'certificates'),
  service(KeyUpkeep, 'upkeep'),
];

function makeServices(
  appliance: Appliance,
  provider: KeyProvider,
  readiness: KeyStateWatch,
  tenant: TenantDatabase,
  system: SystemDatabase,
  audit: AuditTrail,
): KeyServices {
  return makeKeyServices({
    provider,
    readiness,
    tenant,
    system,
    audit,
    ledgerPath: tombstoneLedgerOf(appliance),
    cacheMs: appliance.keys.cacheMinutes * 60_000,
    backupWindowDays: appliance.keys.backupWindowDays,
  });
}

/** The key provider, the keyring and what looks after it, for every process that reads or writes objects. */
@Global()
@Module({
  imports: [AuditModule],
  providers: [
    { provide: UNWATCHED_PROVIDER, inject: [APPLIANCE], useFactory: createKeyProvider },
    {
      provide: KeyStateWatch,
      inject: [UNWATCHED_PROVIDER, APPLIANCE],
      useFactory: (provider: KeyProvider, { keys }: Appliance) =>
        new KeyStateWatch({ provider, cacheMinutes: keys.cacheMinutes }),
    },
    {
      provide: KEY_PROVIDER,
      inject: [UNWATCHED_PROVIDER, KeyStateWatch],
      useFactory: (provider: KeyProvider, watch: KeyStateWatch) =>
        new WatchedKeyProvider(provider, (error) => watch.noteFailure(error)),
    },
    {
      provide: KEY_SERVICES,
      inject: [APPLIANCE, KEY_PROVIDER, KeyStateWatch, TenantDatabase, SystemDatabase, AuditTrail],
      useFactory: makeServices,
    },
    {
      provide: KeyRecord,
      inject: [UNWATCHED_PROVIDER, KeyStateWatch, SystemDatabase, AuditTrail],
      useFactory: (provider: KeyProvider, watch: KeyStateWatch, system: SystemDatabase, audit: AuditTrail) =>
        new KeyRecord({ provider, watch, system, audit }),
    },
    ...services,
  ],
  exports: [KEY_PROVIDER, KeyStateWatch, ...services],
})
export class KeysModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(Keyring) private readonly keyring: Keyring,
    @Inject(KeyErasure) private readonly erasure: KeyErasure,
    @Inject(KeyStateWatch) private readonly watch: KeyStateWatch,
    @Inject(KeyRecord) private readonly record: KeyRecord,
    @Inject(UNWATCHED_PROVIDER) private readonly provider: { close(): void },
  ) {
    watch.onChange(({ state }) => {
      if (state === 'SEALED') keyring.forgetAll();
    });
  }

  /** Before anything is served: what a restore brought back goes again. Needs no key provider. */
  async onApplicationBootstrap(): Promise<void> {
    this.record.start();
    void this.watch.start();
    await this.erasure.applyTombstones().catch((error) => {
      logger.error({ err: error }, 'Tombstones could not be applied; what a restore brought back may be readable');
    });
  }

  /** While the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.record.stop();
  }

  onApplicationShutdown(): void {
    this.watch.stop();
    this.keyring.forgetAll();
    this.provider.close();
  }
}

/** The upkeep of keys, regular and asked for: worker processes only. */
@Module({ providers: [KeyUpkeepTimer, KeyRotationHandler] })
export class KeysJobsModule {}

/** Looking at keys and asking for new versions. */
@Module({ imports: [KeysModule], providers: [KeyOverview, KeyRotationRequests], exports: [KeyOverview, KeyRotationRequests] })
export class KeyRequestsModule {}

/** The same over HTTP. */
@Module({ imports: [KeyRequestsModule], controllers: [KeysController] })
export class KeysHttpModule {}
