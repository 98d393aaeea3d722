import { Module } from '@nestjs/common';
import { ServiceHealth } from '../service-health.ts';
import { ServicesService } from '../services.service.ts';
import { ServicesController } from './services.controller.ts';

/** The services over HTTP. */
@Module({ controllers: [ServicesController], providers: [ServicesService, ServiceHealth] })
export class ServicesHttpModule {}
