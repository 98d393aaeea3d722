import type { AnswerOf } from '#kernel';
import type { listMoves } from '#storage';
import { defineCommand } from '../command.ts';
import { formatBytes, formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { inOrganisation, ofOrganisation } from './in-organisation.ts';

type Move = AnswerOf<typeof listMoves>['items'][number];

/** `tiers moves`: what moves, has moved and could not, newest first, by the names of what it belongs to. */
export const movesCommand = defineCommand({
  name: 'tiers moves',
  summary: 'List moves, newest first: in hand, done and failed, with the name of what each belongs to.',
  permission: 'storage.read',
  options: [
    { flags: '--state <state>', summary: 'only active, ended or failed ones' },
    { flags: '--limit <count>', summary: 'how many at most, up to 500', default: '20' },
    ofOrganisation,
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const [{ parseInput }, { listMoves, MoveListService }] = await Promise.all([import('#kernel'), import('#storage')]);
    const { limit, state } = options;
    const query = parseInput(listMoves, { params: {}, query: { limit, state }, body: {} }).query as never;
    const permissions = ['storage.read' as const, 'asset.read' as const];
    const page = await inOrganisation(appliance, 'tiers moves', permissions, options.organisation, (services) =>
      services.get(MoveListService, { strict: false }).list(query),
    );
    if (json) terminal.answer(page);
    else sayMoves(page.items, terminal);
    return undefined;
  },
});

function sayMoves(moves: readonly Move[], terminal: Terminal): void {
  if (moves.length === 0) terminal.say('No move.');
  const rows = moves.map((move) => [
    formatInstant(move.endedAt ?? move.committedAt ?? move.plannedAt),
    move.state,
    `${move.from} → ${move.to}`,
    formatBytes(move.bytes).padStart(8),
    nameOf(move),
    move.error?.message ?? move.reason,
  ]);
  for (const line of formatTable(rows)) terminal.say(line);
}

/** What somebody knows it by: `beach.jpg (image)`; else the id of the object. */
function nameOf({ asset, objectId }: Move): string {
  if (!asset) return objectId;
  return `${asset.name} (${asset.kind}${asset.part === 'rendition' ? ', rendition' : ''})`;
}
