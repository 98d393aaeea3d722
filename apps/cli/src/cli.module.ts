import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { IdentityModule } from '#identity';
import type { Appliance } from '#manifest';
import { QueueModule } from '#queue';

/** What commands are made of that work on the database: no HTTP, no jobs. */
@Module({})
export class CliModule {
  static of(appliance: Appliance, rooms: Type[] = []): DynamicModule {
    const imports = [DatabaseModule.of(appliance), QueueModule, AuditModule, IdentityModule, ...rooms];
    return { module: CliModule, imports };
  }
}
