import { Module } from '@nestjs/common';
import { ModelController } from './http/model.controller.ts';
import { IntelligenceModule } from './intelligence.module.ts';

/** Models over HTTP. The api process only. */
@Module({ imports: [IntelligenceModule], controllers: [ModelController] })
export class IntelligenceHttpModule {}
