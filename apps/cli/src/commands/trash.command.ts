import type { Permission } from '#kernel';
import { defineCommand, exitCodes } from '../command.ts';
import { formatBytes, formatInstant } from '../format.ts';
import { followDeletion } from '../retention/follow-deletion.ts';
import { inOrganisation, ofOrganisation } from '../retention/in-organisation.ts';
import { keptInWords } from '../retention/policy-words.ts';
import { runInWords } from '../retention/say-retention.ts';

const reads: Permission[] = ['asset.read', 'retention.read'];
const pageSize = 500;

const list = defineCommand({
  name: 'trash list',
  summary: 'List what is in the trash and when it goes for good.',
  permission: 'asset.read',
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const rooms = async () => [(await import('#media')).MediaModule];
    const asked = { command: 'trash list', permissions: reads, organisation: options.organisation, rooms };
    const found = await inOrganisation(appliance, asked, async (app) => {
      const { AssetListService, DeletionRequestService } = await import('#media');
      const items = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await app.get(AssetListService).list({ trashed: true, limit: pageSize, cursor });
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return { ...(await app.get(DeletionRequestService).trash()), items };
    });
    if (json) terminal.answer(found);
    for (const { id, name, kind } of found.items) terminal.say(`${id}  ${kind.padEnd(8)}  ${name}`);
    const { assets, bytes, keepDays, heldAssets, firstAt } = found;
    const goes = firstAt ? `, the first is gone for good on ${formatInstant(firstAt)}` : '';
    terminal.say(`${assets} assets (${formatBytes(bytes)}) in the trash, kept there ${keptInWords(keepDays)}${goes}.`);
    if (heldAssets > 0) terminal.say(`${heldAssets} of them stay for as long as legal holds stand.`);
    return undefined;
  },
});

const restore = defineCommand({
  name: 'trash restore',
  summary: 'Take assets out of the trash.',
  permission: 'asset.delete',
  arguments: [{ notation: '<assets...>', summary: 'ids of assets' }],
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const permissions: Permission[] = ['asset.read', 'asset.delete'];
    const asked = { command: 'trash restore', permissions, organisation: options.organisation };
    const ids = given.assets as string[];
    const restored = await inOrganisation(appliance, asked, async (app) => {
      const { AssetService } = await import('#media');
      return app.get(AssetService).restore(ids);
    });
    if (json) terminal.answer({ restored });
    terminal.say(`${restored} of ${ids.length} assets are back in the library.`);
    return restored === ids.length ? exitCodes.ok : exitCodes.error;
  },
});

const empty = defineCommand({
  name: 'trash empty',
  summary: 'Delete for good what is in the trash; what is under a legal hold stays there.',
  permission: 'retention.update',
  options: [
    {
      flags: '--assets <count>',
      summary: 'how many assets go, as `trash list` says: refused where it is another number',
      required: true,
    },
    { flags: '--detach', summary: 'do not wait for the end' },
    ofOrganisation,
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const permissions: Permission[] = [...reads, 'retention.update'];
    const asked = { command: 'trash empty', permissions, organisation: options.organisation };
    const ended = await inOrganisation(appliance, asked, async (app) => {
      const [{ parseInput }, media] = await Promise.all([import('#kernel'), import('#media')]);
      const { body } = parseInput(media.emptyTrash, { params: {}, query: {}, body: { assets: Number(options.assets) } });
      const requests = app.get(media.DeletionRequestService);
      const begun = await requests.emptyTrash((body as { assets: number }).assets);
      return options.detach === true ? begun : followDeletion(begun.id, () => requests.listRuns(), terminal);
    });
    if (json) terminal.answer(ended);
    terminal.say(runInWords(ended));
    return ended.stopped || ended.failed > 0 ? exitCodes.error : exitCodes.ok;
  },
});

export const commands = [list, restore, empty];
