import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { SearchService } from '../search.service.ts';
import { SearchHistoryService } from '../search-history.service.ts';
import { SuggestionService } from '../suggestion.service.ts';
import {
  clearSearchHistory,
  createSavedSearch,
  deleteSavedSearch,
  listSavedSearches,
  listSearchHistory,
  searchAssets,
  similarAssets,
  suggestSearches,
} from './search.contract.ts';

/** Search over HTTP. */
@Controller()
export class SearchController {
  constructor(
    @Inject(SearchService) private readonly search: SearchService,
    @Inject(SuggestionService) private readonly suggestions: SuggestionService,
    @Inject(SearchHistoryService) private readonly history: SearchHistoryService,
  ) {}

  @Route(searchAssets)
  searchAssets(@Input() { body }: InputOf<typeof searchAssets>): Promise<AnswerOf<typeof searchAssets>> {
    return this.search.search(body);
  }

  @Route(similarAssets)
  similarAssets(@Input() { params, query }: InputOf<typeof similarAssets>): Promise<AnswerOf<typeof similarAssets>> {
    return this.search.findSimilar(params.id, query.limit);
  }

  @Route(suggestSearches)
  suggestSearches(@Input() { query }: InputOf<typeof suggestSearches>): Promise<AnswerOf<typeof suggestSearches>> {
    return this.suggestions.suggest(query.text);
  }

  @Route(listSearchHistory)
  listSearchHistory(): Promise<AnswerOf<typeof listSearchHistory>> {
    return this.history.list();
  }

  @Route(clearSearchHistory)
  clearSearchHistory(): Promise<void> {
    return this.history.clear();
  }

  @Route(listSavedSearches)
  listSavedSearches(): Promise<AnswerOf<typeof listSavedSearches>> {
    return this.history.listSaved();
  }

  @Route(createSavedSearch)
  createSavedSearch(@Input() { body }: InputOf<typeof createSavedSearch>): Promise<AnswerOf<typeof createSavedSearch>> {
    return this.history.save(body.name, body.query);
  }

  @Route(deleteSavedSearch)
  deleteSavedSearch(@Input() { params }: InputOf<typeof deleteSavedSearch>): Promise<void> {
    return this.history.deleteSaved(params.id);
  }
}
