import { Module } from '@nestjs/common';
import { MonitoringHttpModule } from '#monitoring';
import { ServiceHealth } from '../service-health.ts';
import { ServicesService } from '../services.service.ts';
import { ServicesController } from './services.controller.ts';

/** The services over HTTP. */
@Module({ imports: [MonitoringHttpModule], controllers: [ServicesController], providers: [ServicesService, ServiceHealth] })
export class ServicesHttpModule {}
