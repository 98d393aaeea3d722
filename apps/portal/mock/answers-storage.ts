import type { Answer, Explanation, MoverRun } from '../src/api/types.ts';
import { type Call, type Handler, MockProblem, type Routes } from './call.ts';
import { explanationOf, movesOf, pastRuns, planOf, runAt } from './moves.ts';
import { idOf, numberOf } from './random.ts';
import { agesOf, flowsOf, forecastsOf, type StorageMood, tiersNow } from './storage.ts';

/** `mock-tiers` is a mood, or `fail` for none of it, `partly` for some of it, `changed` for a plan that is another by now. */
function moodOf({ cookies }: Call, isEssential = true): StorageMood {
  const wish = cookies['mock-tiers'];
  if (wish === 'fail' || (wish === 'partly' && !isEssential))
    throw new MockProblem(500, 'INTERNAL', 'The figures of the tiers could not be read.', 'Try again in a moment.');
  return wish === 'trouble' || wish === 'new' ? wish : 'well';
}

function runsOf(call: Call): MoverRun[] {
  const mood = moodOf(call);
  const asked = call.world.runAskedAtMs;
  return [...(asked === undefined ? [] : [runAt(asked, planOf(mood, 'now'))]), ...pastRuns(mood)];
}

const run: Handler = (call) => {
  if (call.cookies['mock-tiers'] === 'changed')
    throw new MockProblem(
      409,
      'STORAGE_PLAN_CHANGED',
      'The plan would be another by now: objects were stored, read, moved or pinned since.',
      'Look at the plan again (`./holdfast tiers plan`) and run that one.',
    );
  call.world.runAskedAtMs = Date.now();
  return { status: 202, body: runsOf(call)[0] };
};

/** Originals of assets are objects of the same number. */
function placementOf({ world }: Call, assetId: string): Answer<'explainAsset'> {
  const objectId = idOf(9, numberOf(assetId));
  const { tier, bytes, pinnedTier, neverMove, held, damage } = explanationOf(objectId, world.wishes.get(objectId));
  return {
    assetId,
    name: world.byId.get(assetId)?.name ?? '',
    original: { objectId, tier, bytes, pinnedTier, neverMove, held, damage },
    renditions: [{ tier: 'hot', objects: 3, bytes: 412_000, pinned: 0, held: 0 }],
  };
}

/** Tiers, what moves, and where assets lie. */
export const storageRoutes: Routes = [
  ['GET', /^\/storage\/tiers$/, (call) => ({ body: tiersNow(moodOf(call), runsOf(call)[0] ?? null) })],
  ['GET', /^\/storage\/forecast$/, (call) => ({ body: { items: forecastsOf(moodOf(call, false)) } })],
  ['GET', /^\/storage\/ages$/, (call) => ({ body: agesOf(moodOf(call, false)) })],
  ['GET', /^\/storage\/flows$/, (call) => ({ body: { items: flowsOf(moodOf(call)) } })],
  [
    'GET',
    /^\/storage\/plan$/,
    (call) => ({ body: planOf(moodOf(call, false), call.query.get('when') === 'tonight' ? 'tonight' : 'now') }),
  ],
  ['POST', /^\/storage\/run$/, run],
  ['GET', /^\/storage\/runs$/, (call) => ({ body: { items: runsOf(call) } })],
  [
    'GET',
    /^\/storage\/moves$/,
    (call) => {
      const state = call.query.get('state');
      const first = Number(call.query.get('cursor') ?? 0);
      const limit = Number(call.query.get('limit') ?? 50);
      const moves = movesOf(moodOf(call)).filter(
        (move) =>
          !state ||
          (state === 'active'
            ? move.endedAt === null
            : move.endedAt !== null && (state === 'ended' || move.state === 'failed')),
      );
      const nextCursor = first + limit < moves.length ? String(first + limit) : null;
      return { body: { items: moves.slice(first, first + limit), nextCursor } };
    },
  ],
  [
    'GET',
    /^\/storage\/problems$/,
    (call) => {
      const trouble = moodOf(call) === 'trouble';
      const damage = 'Its SHA-256 is not what was stored; no other copy was found.';
      return {
        body: {
          damaged: trouble
            ? [0, 1].map((number) => ({ objectId: idOf(9, 800 + number), tier: 'cold', bytes: 7.1e6, damage }))
            : [],
          stray: trouble ? [{ tier: 'hot', kind: 'unfinished copy', files: 37, bytes: 1.9e9 }] : [],
        },
      };
    },
  ],
  [
    'GET',
    /^\/storage\/explain\/([^/]+)$/,
    (call, objectId = '') => ({ body: explanationOf(objectId, call.world.wishes.get(objectId)) }),
  ],
  ['GET', /^\/assets\/([^/]+)\/placement$/, (call, assetId = '') => ({ body: placementOf(call, assetId) })],
  [
    'PATCH',
    /^\/assets\/([^/]+)\/placement$/,
    (call, assetId = '') => {
      const objectId = idOf(9, numberOf(assetId));
      const wishes = { ...call.world.wishes.get(objectId), ...(call.body as Partial<Explanation>) };
      call.world.wishes.set(objectId, wishes);
      return { body: placementOf(call, assetId) };
    },
  ],
];
