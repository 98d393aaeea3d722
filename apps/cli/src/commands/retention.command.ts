import type { Permission } from '#kernel';
import { type CommandContext, type CommandInput, defineCommand, exitCodes } from '../command.ts';
import { findHeld } from '../retention/find-held.ts';
import { followDeletion } from '../retention/follow-deletion.ts';
import { inOrganisation, ofOrganisation } from '../retention/in-organisation.ts';
import { readPolicies } from '../retention/policy-words.ts';
import { runInWords, sayHolds, sayPolicies, sayPreview } from '../retention/say-retention.ts';

const reads: Permission[] = ['retention.read', 'asset.read'];
const policyWords = { notation: '[policies...]', summary: 'CLASS=DAYS or CLASS=forever, such as video=30' };
const digestOption = {
  flags: '--digest <digest>',
  summary: 'what the preview called itself; without it only the preview is shown',
};

async function services() {
  return import('#media');
}

const words = ({ arguments: given }: CommandInput) => readPolicies((given.policies as string[] | undefined) ?? []);

const show = defineCommand({
  name: 'retention show',
  summary: 'Show how long things of each class are kept, and what was deleted last.',
  permission: 'retention.read',
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const asked = { command: 'retention show', permissions: reads, organisation: options.organisation };
    const found = await inOrganisation(appliance, asked, async (app) => app.get((await services()).RetentionService).list());
    if (json) terminal.answer(found);
    else sayPolicies(found, terminal);
    return undefined;
  },
});

/** Shows what changes would do, and how to have it done. */
async function preview({ appliance, terminal, json }: CommandContext, input: CommandInput, goOn: string): Promise<undefined> {
  const asked = { command: 'retention preview', permissions: reads, organisation: input.options.organisation };
  const found = await inOrganisation(appliance, asked, async (app) =>
    app.get((await services()).RetentionService).preview(words(input)),
  );
  if (json) terminal.answer(found);
  sayPreview(found, terminal);
  const given = ((input.arguments.policies as string[] | undefined) ?? []).join(' ');
  terminal.say(`\nWithin ten minutes: holdfast retention ${goOn} ${given ? `${given} ` : ''}--digest ${found.digest}`);
  return undefined;
}

const previewCommand = defineCommand({
  name: 'retention preview',
  summary: 'Say what the policies, or these changes of them, would delete; nothing is deleted by it.',
  permission: 'retention.read',
  arguments: [policyWords],
  options: [ofOrganisation],
  run: (context, input) => preview(context, input, Object.keys(words(input)).length > 0 ? 'set' : 'run'),
});

const set = defineCommand({
  name: 'retention set',
  summary: 'Save policies that were previewed; refused where something else would be deleted by now.',
  permission: 'retention.update',
  arguments: [{ ...policyWords, notation: '<policies...>' }],
  options: [digestOption, ofOrganisation],
  run: async (context, input) => {
    const { appliance, terminal, json } = context;
    const { digest, organisation } = input.options;
    if (typeof digest !== 'string') return preview(context, input, 'set');
    const asked = { command: 'retention set', permissions: [...reads, 'retention.update' as const], organisation };
    const saved = await inOrganisation(appliance, asked, async (app) =>
      app.get((await services()).RetentionService).save({ policies: words(input), digest }),
    );
    if (json) terminal.answer(saved);
    else sayPolicies(saved, terminal);
    return undefined;
  },
});

const run = defineCommand({
  name: 'retention run',
  summary: 'Delete now what is due, as the preview showed it; workers do it daily by themselves.',
  permission: 'retention.update',
  options: [digestOption, { flags: '--detach', summary: 'do not wait for the end' }, ofOrganisation],
  run: async (context, input) => {
    const { appliance, terminal, json } = context;
    const { digest, organisation, detach } = input.options;
    if (typeof digest !== 'string') return preview(context, input, 'run');
    const asked = { command: 'retention run', permissions: [...reads, 'retention.update' as const], organisation };
    const ended = await inOrganisation(appliance, asked, async (app) => {
      const requests = app.get((await services()).DeletionRequestService);
      const begun = await requests.run(digest);
      return detach === true ? begun : followDeletion(begun.id, () => requests.listRuns(), terminal);
    });
    if (json) terminal.answer(ended);
    terminal.say(runInWords(ended));
    return ended.stopped || ended.failed > 0 ? exitCodes.error : exitCodes.ok;
  },
});

const journal = defineCommand({
  name: 'retention journal',
  summary: 'List the last runs that deleted, or each asset of one run with what became of it.',
  permission: 'retention.read',
  arguments: [{ notation: '[run]', summary: 'id of a run' }],
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const asked = { command: 'retention journal', permissions: reads, organisation: options.organisation };
    await inOrganisation(appliance, asked, async (app) => {
      const requests = app.get((await services()).DeletionRequestService);
      if (typeof given.run !== 'string') {
        const { items } = await requests.listRuns();
        if (json) terminal.answer({ items });
        for (const item of items) terminal.say(`${item.id}  ${item.askedAt}  ${item.askedBy}  ${runInWords(item)}`);
        return;
      }
      const items = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await requests.listItems(given.run, { cursor, limit: 500 });
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      if (json) terminal.answer({ items });
      for (const item of items) terminal.say(`${item.assetId}  ${item.class}  ${item.state}  ${item.reason ?? ''}`.trimEnd());
    });
    return undefined;
  },
});

const holds = defineCommand({
  name: 'retention holds',
  summary: 'List legal holds: what must not be deleted, who said so and why.',
  permission: 'retention.read',
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const asked = { command: 'retention holds', permissions: reads, organisation: options.organisation };
    const found = await inOrganisation(appliance, asked, async (app) => app.get((await services()).HoldService).list());
    if (json) terminal.answer(found);
    sayHolds(found.items, terminal);
    return undefined;
  },
});

const hold = defineCommand({
  name: 'retention hold',
  summary: 'Place a legal hold on assets, on a collection and all that comes into it, or on what a search finds.',
  permission: 'hold.update',
  arguments: [{ notation: '<name>', summary: 'what it is called, such as a case number' }],
  options: [
    { flags: '--reason <reason>', summary: 'why', required: true },
    { flags: '--asset <ids...>', summary: 'these assets' },
    { flags: '--collection <name>', summary: 'this collection' },
    { flags: '--search <text>', summary: 'all that a search for this finds now' },
    ofOrganisation,
  ],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const permissions: Permission[] = [...reads, 'hold.update', 'search.read', 'asset.download'];
    const rooms = async () => [(await services()).MediaModule, (await import('#search')).SearchModule];
    const asked = { command: 'retention hold', permissions, organisation: options.organisation, rooms };
    const placed = await inOrganisation(appliance, asked, async (app) => {
      const { HoldService } = await services();
      const { collectionId, batches } = await findHeld(app, options);
      const place = app.get(HoldService);
      const named = { name: String(given.name), reason: String(options.reason) };
      if (collectionId) return place.place({ ...named, collectionId });
      const [first = [], ...rest] = batches;
      let made = await place.place({ ...named, assetIds: first });
      for (const ids of rest) made = await place.add(made.id, ids);
      return made;
    });
    if (json) terminal.answer(placed);
    terminal.say(`${terminal.style('green', '✓')} ${placed.assets} assets are held by “${placed.name}” (${placed.id}).`);
    return undefined;
  },
});

const release = defineCommand({
  name: 'retention release',
  summary: 'Release a legal hold; what no other hold keeps may be deleted again.',
  permission: 'hold.update',
  arguments: [{ notation: '<hold>', summary: 'id of the hold' }],
  options: [{ flags: '--reason <reason>', summary: 'why', required: true }, ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const permissions: Permission[] = [...reads, 'hold.update'];
    const asked = { command: 'retention release', permissions, organisation: options.organisation };
    const released = await inOrganisation(appliance, asked, async (app) =>
      app.get((await services()).HoldService).release(String(given.hold), String(options.reason)),
    );
    if (json) terminal.answer(released);
    terminal.say(`${terminal.style('green', '✓')} “${released.name}” is released; it held ${released.assets} assets.`);
    return undefined;
  },
});

export const commands = [show, previewCommand, set, run, journal, holds, hold, release];
