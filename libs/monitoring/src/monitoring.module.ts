import { Module } from '@nestjs/common';
import { BoxPaths } from './box-paths.ts';
import { HardwareService } from './hardware/hardware.service.ts';
import { HardwareController } from './http/hardware.controller.ts';
import { SystemController } from './http/system.controller.ts';
import { ServiceBeacon } from './service-beacon.ts';
import { SystemRepository } from './system.repository.ts';
import { SystemService } from './system.service.ts';

/** The machine and what runs on it, over HTTP. */
@Module({
  controllers: [SystemController, HardwareController],
  providers: [SystemService, SystemRepository, BoxPaths, HardwareService],
})
export class MonitoringHttpModule {}

/** A worker's sign of life. */
@Module({ providers: [ServiceBeacon] })
export class MonitoringJobsModule {}
