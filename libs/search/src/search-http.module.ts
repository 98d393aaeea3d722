import { Module } from '@nestjs/common';
import { SearchController } from './http/search.controller.ts';
import { SearchModule } from './search.module.ts';

/** Search over HTTP, for the api. */
@Module({ imports: [SearchModule], controllers: [SearchController] })
export class SearchHttpModule {}
