import { runAs } from '#kernel';
import type { SearchAnswer, SearchRequest } from '#search';
import { defineCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

const mostReasonsShown = 3;

function show(terminal: Terminal, { hits, total, unavailable, tookMs, nextCursor }: SearchAnswer, isAlike: boolean): void {
  for (const { name, type, score, id, reasons } of hits) {
    terminal.say(`${terminal.style('bold', name)}  ${terminal.style('dim', `${type} · ${score.toFixed(2)} · ${id}`)}`);
    for (const { text, excerpt } of reasons.slice(0, mostReasonsShown))
      terminal.say(`  ${text}${excerpt ? `: ${excerpt}` : ''}`);
  }
  const more = nextCursor ? `, the first ${hits.length} shown` : '';
  const nothing = isAlike && unavailable.length === 0 ? 'Nothing looks like this yet, searched' : 'Nothing found';
  terminal.say(`${total === 0 ? nothing : `${total} found${more}`} in ${Math.round(tookMs)} ms`);
  for (const { reason } of unavailable) terminal.say(terminal.style('dim', reason));
}

const search = defineCommand({
  name: 'search',
  summary: 'Find assets by words, meaning or likeness, with the reason of each hit.',
  permission: 'search.read',
  arguments: [{ notation: '[text]', summary: 'words, "exact phrases", -without, this OR that' }],
  options: [
    { flags: '--kind <kinds>', summary: 'only these, with commas: image, video, audio, document, text, unknown' },
    { flags: '--similar-to <id>', summary: 'only what looks like this asset' },
    { flags: '--limit <count>', summary: 'how many at most, up to 200', default: '20' },
    { flags: '--organisation <name>', summary: 'organisation to search, where there are several' },
  ],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const [{ parseInput }, { searchAssets }] = await Promise.all([import('#kernel'), import('#search')]);
    const body = {
      text: given.text ?? '',
      similarTo: options.similarTo,
      filters: typeof options.kind === 'string' ? { kinds: options.kind.split(',').map((kind) => kind.trim()) } : {},
      limit: Number(options.limit),
      facets: false,
      remember: false,
    };
    const request = parseInput(searchAssets, { params: {}, query: {}, body }).body as SearchRequest;
    const answer = await withServices(
      appliance,
      async (services) => {
        const [{ CommandContext }, { SearchService }] = await Promise.all([import('#identity'), import('#search')]);
        const organisation = options.organisation as string | undefined;
        const context = await services.get(CommandContext).create('search', ['search.read'], organisation);
        return runAs(context, () => services.get(SearchService).search(request));
      },
      async () => [(await import('#search')).SearchModule],
    );
    if (json) terminal.answer(answer);
    show(terminal, answer, request.similarTo !== undefined && request.text === '');
  },
});

export const commands = [search];
