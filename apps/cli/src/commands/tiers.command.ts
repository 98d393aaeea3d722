import { type AnswerOf, HoldfastError } from '#kernel';
import type { listTiers, planMoves } from '#storage';
import { defineCommand, exitCodes } from '../command.ts';
import { formatBytes, formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { followRun } from '../tiers/follow-run.ts';
import { inOrganisation, ofOrganisation } from '../tiers/in-organisation.ts';
import { movesCommand } from '../tiers/moves-command.ts';
import { sayPlacement } from '../tiers/say-placement.ts';
import { scrubTiers } from '../tiers/scrub-tiers.ts';

const namedAsset = [{ notation: '<asset>', summary: 'id of an asset, or SHA-256 of its original' }];

const status = defineCommand({
  name: 'tiers status',
  summary: 'Show every tier: whether it is there, how full it is, how its disks are, and what was found wrong.',
  permission: 'storage.read',
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const found = await inOrganisation(appliance, 'tiers status', ['storage.read'], options.organisation, async (services) => {
      const { TierOverviewService } = await import('#storage');
      const overview = services.get(TierOverviewService, { strict: false });
      const [tiers, forecast, problems] = await Promise.all([overview.list(), overview.forecast(), overview.problems()]);
      return { ...tiers, forecast: forecast.items, problems };
    });
    if (json) terminal.answer(found);
    else sayTiers(found, terminal);
    return found.items.every(({ state }) => state === 'ready') ? exitCodes.ok : exitCodes.error;
  },
});

type Tiers = AnswerOf<typeof listTiers>;

function sayTiers(
  {
    items,
    mover,
    problems,
  }: Tiers & { problems: { damaged: unknown[]; stray: { files: number; tier: string; kind: string }[] } },
  terminal: Terminal,
): void {
  const lines = items.map((tier) => [
    tier.name,
    tier.state,
    tier.usedPercent === null ? '–' : `${tier.usedPercent} %`,
    tier.freeBytes === null ? '–' : formatBytes(tier.freeBytes),
    String(tier.objects),
    formatBytes(tier.objectBytes),
    `${tier.lowPercent}/${tier.highPercent}/${tier.criticalPercent}`,
    tier.sharesFileSystemWith.length > 0 ? `shares its disk with ${tier.sharesFileSystemWith.join(', ')}` : '',
  ]);
  const [heads, ...rows] = formatTable([['tier', 'state', 'used', 'free', 'objects', 'size', 'marks', ''], ...lines]);
  terminal.say(`${terminal.style('dim', heads ?? '')}\n${rows.map((row) => row.trimEnd()).join('\n')}\n`);
  for (const { name, reason } of items) if (reason) terminal.say(`${terminal.style('red', '✗')} ${name}: ${reason}`);
  for (const { name, health } of items)
    for (const { part, state, message } of health)
      if (state !== 'ok') terminal.say(`${mark(state, terminal)} ${name}, ${part}: ${message}`);
  const { from, to } = mover.window;
  const when = mover.enabled ? `by themselves from ${from} to ${to}` : 'only when asked (mover.enabled is false)';
  terminal.say(`Objects move ${when}. ${mover.activeMoves} moves in hand.`);
  if (mover.lastRun)
    terminal.say(
      `Last run: ${mover.lastRun.doneMoves} of ${mover.lastRun.plannedMoves} moved, ${formatBytes(mover.lastRun.doneBytes)}${mover.lastRun.stopped ? `; ${mover.lastRun.stopped.message}` : ''}`,
    );
  if (problems.damaged.length > 0)
    terminal.say(`${terminal.style('red', '✗')} ${problems.damaged.length} objects are damaged; --json names them.`);
  for (const { files, tier, kind } of problems.stray)
    terminal.say(`${terminal.style('yellow', '!')} ${files} files on ${tier} that no row knows (${kind}).`);
}

function mark(state: string, terminal: Terminal): string {
  return state === 'unknown' ? terminal.style('dim', '?') : terminal.style(state === 'warning' ? 'yellow' : 'red', '!');
}

const explain = defineCommand({
  name: 'tiers explain',
  summary: 'Say where an asset lies and why, which rule moves it next, and when.',
  permission: 'storage.read',
  arguments: namedAsset,
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const found = await inOrganisation(appliance, 'tiers explain', ['storage.read'], options.organisation, async (services) => {
      const { AssetPlacementService } = await import('#media');
      return services.get(AssetPlacementService, { strict: false }).explain(String(given.asset));
    });
    if (json) terminal.answer(found);
    else sayPlacement(found, terminal);
    return undefined;
  },
});

const plan = defineCommand({
  name: 'tiers plan',
  summary: 'Say what would move now, or tonight, and why; nothing moves by it.',
  permission: 'storage.read',
  options: [{ flags: '--tonight', summary: 'as of the next window' }, ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const found = await inOrganisation(
      appliance,
      'tiers plan',
      ['storage.read', 'asset.read'],
      options.organisation,
      async (services) => {
        const { MoverRequestService } = await import('#storage');
        return services
          .get(MoverRequestService, { strict: false })
          .plan({ when: options.tonight === true ? 'tonight' : 'now' });
      },
    );
    if (json) terminal.answer(found);
    else sayPlan(found, terminal);
    return undefined;
  },
});

function sayPlan(found: AnswerOf<typeof planMoves>, terminal: Terminal): void {
  terminal.say(
    `${found.totalMoves} objects (${formatBytes(found.totalBytes)}) would move ${found.when === 'now' ? 'now' : `at ${formatInstant(found.plannedFor)}`}.`,
  );
  const groups = found.groups.map(({ from, to, moves, bytes, rule, reason }) => [
    `${from} → ${to}`,
    String(moves),
    formatBytes(bytes),
    rule,
    reason,
  ]);
  for (const line of formatTable(groups)) terminal.say(`  ${line.trimEnd()}`);
  for (const { reason, count, bytes } of found.skipped) terminal.say(`  ${count} stay (${formatBytes(bytes)}): ${reason}`);
  for (const reason of found.reasons) terminal.say(`  ${reason}`);
  if (found.when === 'now' && found.totalMoves > 0) terminal.say(`\nCarry it out with: holdfast tiers run ${found.digest}`);
}

const run = defineCommand({
  name: 'tiers run',
  summary: 'Carry out the plan that `tiers plan` showed; refused where it would be another by now.',
  permission: 'storage.update',
  arguments: [{ notation: '<digest>', summary: 'the name that the plan gave itself' }],
  options: [{ flags: '--detach', summary: 'do not wait for the end' }, ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const ended = await inOrganisation(
      appliance,
      'tiers run',
      ['storage.read', 'storage.update'],
      options.organisation,
      async (services) => {
        const { MoverRequestService } = await import('#storage');
        const mover = services.get(MoverRequestService, { strict: false });
        const asked = await mover.run(String(given.digest));
        return options.detach === true ? asked : followRun(asked.id, () => mover.listRuns(), terminal);
      },
    );
    if (json) terminal.answer(ended);
    else if (ended.endedAt)
      terminal.say(
        `${terminal.style(ended.stopped ? 'yellow' : 'green', ended.stopped ? '!' : '✓')} ${ended.doneMoves} of ${ended.plannedMoves} moved, ${formatBytes(ended.doneBytes)}, ${ended.failedMoves} failed. ${ended.stopped?.message ?? ''}`.trimEnd(),
      );
    else terminal.say('It is asked for; `holdfast tiers status` shows how far it is.');
    return ended.stopped || ended.failedMoves > 0 ? exitCodes.error : exitCodes.ok;
  },
});

const pin = defineCommand({
  name: 'tiers pin',
  summary:
    'Pin an asset to a tier, or keep it from moving; --unpin and --may-move undo that. Against deletion: `retention hold`.',
  permission: 'storage.update',
  arguments: namedAsset,
  options: [
    { flags: '--tier <tier>', summary: 'stay on this tier, or come to it' },
    { flags: '--unpin', summary: 'no tier any more' },
    { flags: '--never-move', summary: 'stay where it is' },
    { flags: '--may-move', summary: 'move like any other again' },
    { flags: '--renditions', summary: 'what was made of it, too' },
    ofOrganisation,
  ],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const wishes = wishesOf(options);
    const found = await inOrganisation(
      appliance,
      'tiers pin',
      ['storage.read', 'storage.update'],
      options.organisation,
      async (services) => {
        const { AssetPlacementService } = await import('#media');
        const renditions = options.renditions === true;
        return services.get(AssetPlacementService, { strict: false }).wish(String(given.asset), wishes, { renditions });
      },
    );
    if (json) terminal.answer(found);
    else sayPlacement(found, terminal);
    return undefined;
  },
});

function wishesOf(options: Record<string, unknown>) {
  const wishes = {
    ...(typeof options.tier === 'string' ? { pinnedTier: options.tier } : {}),
    ...(options.unpin === true ? { pinnedTier: null } : {}),
    ...(options.neverMove === true ? { neverMove: true } : {}),
    ...(options.mayMove === true ? { neverMove: false } : {}),
  };
  if (Object.keys(wishes).length > 0) return wishes;
  throw new HoldfastError('COMMAND_WISH_NEEDED', {
    kind: 'invalid',
    message: 'Nothing was wished for.',
    action: 'Give --tier TIER, --unpin, --never-move or --may-move.',
  });
}

const scrub = defineCommand({
  name: 'tiers scrub',
  summary:
    'Read objects back from their disks and compare them, then look for files that no row knows; workers do it on schedule.',
  permission: 'local',
  options: [
    { flags: '--all', summary: 'every object, however recently it was checked' },
    { flags: '--remove-leftovers', summary: 'remove unfinished copies of moves that ended over a day ago' },
  ],
  run: ({ appliance, terminal, json }, { options }) =>
    scrubTiers(appliance, { terminal, json, all: options.all === true, removeLeftovers: options.removeLeftovers === true }),
});

export const commands = [status, explain, movesCommand, plan, run, pin, scrub];
