import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { MeaningService } from '#intelligence';
import { asHoldfastError } from '#kernel';
import { meaningNeedsModel, SearchPorts, type TextEmbedder, type TextMeaning } from './search-ports.ts';

/** The meaning of a query by the enabled models. A model that fails makes search poorer, never impossible, and the answer says so. */
@Injectable()
export class QueryMeaning implements TextEmbedder, OnModuleInit {
  constructor(
    @Inject(MeaningService) private readonly meaning: MeaningService,
    @Inject(SearchPorts) private readonly ports: SearchPorts,
  ) {}

  onModuleInit(): void {
    this.ports.textEmbedder = this;
  }

  async embed(text: string): Promise<TextMeaning> {
    try {
      return { vectors: await this.meaning.embedQuery(text), unavailable: null };
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      const isMissing = error.code === 'MEANING_MODEL_MISSING';
      return { vectors: [], unavailable: isMissing ? meaningNeedsModel : `The model did not answer: ${error.message}` };
    }
  }
}
