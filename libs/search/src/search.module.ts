import { Inject, Module, Optional } from '@nestjs/common';
import { IntelligenceModule } from '#intelligence';
import { PersonTraces, TextModule } from '#media';
import { HitComposer } from './hit-composer.ts';
import { LikenessRepository } from './likeness.repository.ts';
import { LikenessSearch } from './likeness-search.ts';
import { NearestRepository } from './nearest.repository.ts';
import { NearestSearch } from './nearest-search.ts';
import { QueryMeaning } from './query-meaning.ts';
import { ReasonRepository } from './reason.repository.ts';
import { SearchRepository } from './search.repository.ts';
import { SearchService } from './search.service.ts';
import { SearchHistoryRepository } from './search-history.repository.ts';
import { SearchHistoryService } from './search-history.service.ts';
import { SearchIndexRepository } from './search-index.repository.ts';
import { SearchIndexService } from './search-index.service.ts';
import { SearchPorts } from './search-ports.ts';
import { SuggestionRepository } from './suggestion.repository.ts';
import { SuggestionService } from './suggestion.service.ts';
import { VectorRepository } from './vector.repository.ts';
import { VectorIndex } from './vector-index.ts';
import { WordQueryRepository } from './word-query.repository.ts';
import { WordSearch } from './word-search.ts';

const repositories = [
  LikenessRepository,
  NearestRepository,
  ReasonRepository,
  SearchHistoryRepository,
  SearchIndexRepository,
  SearchRepository,
  SuggestionRepository,
  VectorRepository,
  WordQueryRepository,
];

/** Indexes and answers searches, in any process. */
@Module({
  imports: [IntelligenceModule, TextModule],
  providers: [
    ...repositories,
    SearchPorts,
    QueryMeaning,
    SearchIndexService,
    VectorIndex,
    NearestSearch,
    WordSearch,
    LikenessSearch,
    HitComposer,
    SearchService,
    SearchHistoryService,
    SuggestionService,
  ],
  exports: [
    SearchPorts,
    SearchIndexService,
    VectorIndex,
    NearestSearch,
    SearchService,
    SearchHistoryService,
    SuggestionService,
  ],
})
export class SearchModule {
  constructor(
    @Optional() @Inject(PersonTraces) traces: PersonTraces | undefined,
    @Inject(SearchHistoryRepository) history: SearchHistoryRepository,
  ) {
    traces?.register({ name: 'searches', erase: (sql, accountId) => history.forgetPerson(sql, accountId) });
  }
}
