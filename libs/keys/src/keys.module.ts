import { join } from 'node:path';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE, SystemDatabase, TenantDatabase } from '#database';
import type { Appliance } from '#manifest';
import { KeyCache } from './keyring/key-cache.ts';
import { ProviderReadiness } from './keyring/key-readiness.ts';
import { Keyring } from './keyring/keyring.ts';
import { EmbeddedKeyProvider } from './provider/embedded-key-provider.ts';
import type { KeyProvider } from './provider/key-provider.ts';

/** Injection token of the key provider that the manifest declares. */
export const KEY_PROVIDER = Symbol('KEY_PROVIDER');

/** The key provider and the keyring, for every process that reads or writes objects; forgets all keys when it ends. */
@Global()
@Module({
  providers: [
    {
      provide: KEY_PROVIDER,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new EmbeddedKeyProvider(join(appliance.socketFolder, 'keyd.sock')),
    },
    {
      provide: Keyring,
      inject: [KEY_PROVIDER, TenantDatabase, SystemDatabase, APPLIANCE],
      useFactory: (provider: KeyProvider, tenant: TenantDatabase, system: SystemDatabase, { keys }: Appliance) =>
        new Keyring({
          provider,
          tenant,
          system,
          cache: new KeyCache(keys.cacheMinutes * 60_000),
          readiness: new ProviderReadiness(provider),
        }),
    },
  ],
  exports: [KEY_PROVIDER, Keyring],
})
export class KeysModule implements OnApplicationShutdown {
  constructor(
    @Inject(Keyring) private readonly keyring: Keyring,
    @Inject(KEY_PROVIDER) private readonly provider: KeyProvider & { close?(): void },
  ) {}

  onApplicationShutdown(): void {
    this.keyring.forgetAll();
    this.provider.close?.();
  }
}
