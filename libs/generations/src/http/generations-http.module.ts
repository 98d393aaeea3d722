import { Module } from '@nestjs/common';
import { ConfigService } from '../config.service.ts';
import { ConfigController } from './config.controller.ts';

/** The manifest and its generations over HTTP. */
@Module({ controllers: [ConfigController], providers: [ConfigService] })
export class GenerationsHttpModule {}
