import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Appliance } from '#manifest';
import { connectionOf, type DatabaseRole } from './connection-settings.ts';
import { SystemDatabase, TenantDatabase } from './tenant-database.ts';
import { TransactionPool } from './transaction.ts';

/** Injection token of the resolved manifest. */
export const APPLIANCE = Symbol('APPLIANCE');

/** Both databases and the manifest, for every other module; closes its connections last. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  static of(appliance: Appliance): DynamicModule {
    const pool = (role: DatabaseRole) => new TransactionPool(connectionOf(appliance, role));
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: APPLIANCE, useValue: appliance },
        { provide: TenantDatabase, useFactory: () => new TenantDatabase(pool('hf_app')) },
        { provide: SystemDatabase, useFactory: () => new SystemDatabase(pool('hf_system')) },
      ],
      exports: [APPLIANCE, TenantDatabase, SystemDatabase],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.tenant.close(), this.system.close()]);
  }
}
