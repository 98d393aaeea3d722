import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { TenantDatabase } from '#database';
import { type AnswerOf, isId } from '#kernel';
import { cleanText } from './domain/clean-text.ts';
import { compounds, tokenise } from './domain/fold.ts';
import type { suggestSearches } from './http/search.contract.ts';
import { type Suggestion, SuggestionRepository } from './suggestion.repository.ts';

const most = 12;
const mostNames = 5;

/** Whether a name itself has the words or goes on from them; the index also finds assets whose tags do. */
function goesOn(name: string, words: string[]): boolean {
  const own = [...tokenise(name), ...compounds(name)];
  return words.every((word) => own.some((token) => token.word.startsWith(word)));
}

/** Completes what is being typed from what the organisation really has. */
@Injectable()
export class SuggestionService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SuggestionRepository) private readonly repository: SuggestionRepository,
  ) {}

  /** Own recent searches, then tags, cameras, places and names that go on from the text. */
  async suggest(text: string): Promise<AnswerOf<typeof suggestSearches>> {
    const { actor } = requireAccess('search.read');
    const begun = cleanText(text).trim();
    const words = tokenise(begun).map((token) => token.word);
    const suggestions = await this.database.run(async (sql) => {
      const found: Suggestion[] = [];
      if (actor.kind === 'account' && isId(actor.id)) found.push(...(await this.repository.history(sql, actor.id, begun)));
      if (words.length === 0) return found;
      found.push(...(await this.repository.tags(sql, words.join(' '))), ...(await this.repository.facts(sql, begun)));
      const named = await this.repository.names(sql, words.map((word) => `'${word}':*A`).join(' & '));
      found.push(...named.filter(({ text: name }) => goesOn(name, words)).slice(0, mostNames));
      return found;
    });
    const seen = new Set<string>();
    const items = suggestions.filter(({ text: item }) => !seen.has(item.toLowerCase()) && seen.add(item.toLowerCase()));
    return { items: items.slice(0, most) };
  }
}
