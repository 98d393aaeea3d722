import { Module } from '@nestjs/common';
import { SystemController } from './http/system.controller.ts';
import { ServiceBeacon } from './service-beacon.ts';
import { SystemRepository } from './system.repository.ts';
import { SystemService } from './system.service.ts';

/** The system page over HTTP. */
@Module({ controllers: [SystemController], providers: [SystemService, SystemRepository] })
export class MonitoringHttpModule {}

/** A worker's sign of life. */
@Module({ providers: [ServiceBeacon] })
export class MonitoringJobsModule {}
