import type { Explanation, MovePlan, MoverRun, ObjectMove } from '../src/api/types.ts';
import { idOf, numberOf, randomOf } from './random.ts';
import { before, type StorageMood, tiersNow } from './storage.ts';
import { tileOf } from './world.ts';

const hour = 3_600_000;
const day = 24 * hour;
const reasons = {
  pressure: 'hot is above 85 %',
  age: 'not read for 30 days',
  promotion: 'read at least 3 times in 24 hours',
  pin: 'pinned to cold',
};

/** What an object is part of: mostly an original, sometimes a rendition, now and then nothing that is known. */
function subjectOf(order: number): ObjectMove['asset'] {
  if (order % 9 === 8) return null;
  const { id, name, kind } = tileOf(order, 1, 1);
  return { id, name, kind, part: order % 4 === 1 ? 'rendition' : 'original' };
}

/** What would move: much for want of room, some for age, a little because people look at it. */
export function planOf(mood: StorageMood, when: MovePlan['when']): MovePlan {
  const groups: MovePlan['groups'] =
    mood !== 'well'
      ? []
      : [
          { rule: 'promotion', from: 'cold', to: 'hot', reason: reasons.promotion, moves: 21, bytes: 380e6 },
          { rule: 'pressure', from: 'hot', to: 'warm', reason: reasons.pressure, moves: 1204, bytes: 398e9 },
          ...(when === 'tonight'
            ? [{ rule: 'age' as const, from: 'warm', to: 'cold', reason: reasons.age, moves: 2117, bytes: 212e9 }]
            : []),
        ];
  const total = groups.reduce((sum, group) => sum + group.moves, 0);
  const moves = Array.from({ length: Math.min(200, total) }, (_, order) => {
    const group = groups[order < 21 ? 0 : order < 140 || groups.length < 3 ? 1 : 2];
    const random = randomOf(order + 90);
    const { rule, from, to, reason } = group ?? { rule: 'age' as const, from: 'hot', to: 'warm', reason: '' };
    const bytes = Math.round(90_000 + random() ** 3 * 2.4e9);
    return { objectId: idOf(9, order), asset: subjectOf(order), from, to, rule, reason, bytes };
  });
  return {
    digest: `20261121T180500.000Z-${(mood === 'new' ? '0' : '9c41d7e2').repeat(64).slice(0, 64)}`,
    when,
    plannedFor: when === 'now' ? new Date().toISOString() : tiersNow(mood, null).mover.nextWindowAt,
    totalMoves: total,
    totalBytes: groups.reduce((sum, group) => sum + group.bytes, 0),
    groups,
    moves,
    skipped:
      mood === 'new'
        ? []
        : [
            { reason: 'came to its tier less than 24 hours ago', count: 412, bytes: 61e9 },
            { reason: 'never to be moved', count: 12, bytes: 3.1e9 },
            { reason: 'pinned to hot', count: 86, bytes: 74e9 },
          ],
    reasons:
      mood === 'new'
        ? []
        : mood === 'trouble'
          ? [
              'warm is missing: nothing moves to or from it.',
              'cold is read-only: nothing moves to or from it.',
              'hot is above 92 %, and no slower tier is ready.',
            ]
          : ['hot is above 85 %: it is brought down to 75 %.'],
  };
}

/** A run that takes twenty seconds from when it was asked for. */
export function runAt(askedAtMs: number, plan: MovePlan): MoverRun {
  const share = Math.min(1, Math.max(0, (Date.now() - askedAtMs - 1500) / 20_000));
  return {
    id: idOf(10, Math.floor(askedAtMs / 1000)),
    digest: plan.digest,
    origin: 'asked',
    askedBy: 'admin@observatory.example',
    askedAt: new Date(askedAtMs).toISOString(),
    startedAt: share > 0 ? new Date(askedAtMs + 1500).toISOString() : null,
    endedAt: share === 1 ? new Date(askedAtMs + 21_500).toISOString() : null,
    plannedMoves: plan.totalMoves,
    plannedBytes: plan.totalBytes,
    doneMoves: Math.round(plan.totalMoves * share),
    doneBytes: Math.round(plan.totalBytes * share),
    failedMoves: share > 0.5 ? 1 : 0,
    stopped: null,
  };
}

/** Runs of the last days; in trouble the newest stopped. */
export function pastRuns(mood: StorageMood): MoverRun[] {
  if (mood === 'new') return [];
  return [1, 2, 3].map((back): MoverRun => {
    const startedAt = before(back * day - 2 * hour);
    const stopped = back === 1 && mood === 'trouble';
    return {
      id: idOf(11, back),
      digest: `20261120T000000.000Z-${String(back).repeat(64)}`,
      origin: back === 2 ? 'pressure' : 'window',
      askedBy: 'system',
      askedAt: startedAt,
      startedAt,
      endedAt: before(back * day - 4 * hour),
      plannedMoves: 2400 * back,
      plannedBytes: 190e9 * back,
      doneMoves: stopped ? 311 : 2400 * back,
      doneBytes: stopped ? 24e9 : 190e9 * back,
      failedMoves: stopped ? 12 : 0,
      stopped: stopped
        ? { code: 'STORAGE_TIER_NOT_READY', message: 'The tier warm is missing: /srv/holdfast/warm carries no marker.' }
        : null,
    };
  });
}

/** Moves in hand, done and failed, newest first. */
export function movesOf(mood: StorageMood): ObjectMove[] {
  if (mood === 'new') return [];
  return Array.from({ length: 64 }, (_, order): ObjectMove => {
    const random = randomOf(order + 7);
    const failed = order % 11 === 3;
    const active = order < 2 && mood === 'well';
    const at = order * 190_000;
    return {
      id: idOf(12, order),
      objectId: idOf(9, order + 400),
      asset: subjectOf(order),
      from: order % 5 === 4 ? 'warm' : 'hot',
      to: order % 5 === 4 ? 'cold' : 'warm',
      bytes: Math.round(50_000 + random() ** 3 * 3e9),
      rule: order % 5 === 4 ? 'age' : 'pressure',
      reason: order % 5 === 4 ? reasons.age : reasons.pressure,
      state: active ? (order === 0 ? 'copying' : 'verified') : failed ? 'failed' : 'done',
      attempt: failed ? 3 : 1,
      error: failed
        ? {
            code: 'STORAGE_SOURCE_DAMAGED',
            message: 'The file on hot is not what was stored: its SHA-256 differs. It stays where it is.',
          }
        : null,
      plannedAt: before(at + 60_000),
      committedAt: active || failed ? null : before(at + 30_000),
      endedAt: active ? null : before(at),
    };
  });
}

/** Why an object lies where it does. Wishes of the person come first; even objects lie on warm, the others on hot. */
export function explanationOf(objectId: string, wishes: Partial<Explanation> = {}): Explanation {
  const number = numberOf(objectId);
  const at = number % 2 === 0 ? 'warm' : 'hot';
  const pinnedTier = wishes.pinnedTier ?? null;
  const neverMove = wishes.neverMove ?? false;
  const held = wishes.held ?? number % 4 === 3;
  const still = neverMove || pinnedTier === at;
  return {
    objectId,
    class: 'original',
    bytes: 4_812_331,
    tier: at,
    placedAt: before(9 * day),
    usedAt: before(31 * hour),
    idleHours: 31,
    recentReads: number % 3,
    pinnedTier,
    neverMove,
    held,
    damage: null,
    verifiedAt: before(4 * day),
    why: [
      at === 'warm'
        ? 'It came from hot to warm: not read for 24 hours.'
        : 'It lies on hot, where everything new is stored, and has never moved.',
      ...(pinnedTier ? [`It is pinned to ${pinnedTier}.`] : []),
      ...(neverMove ? ['It is never to be moved.'] : []),
      ...(held ? ['It is held: it is never deleted, but moves like any other.'] : []),
    ],
    next: still
      ? null
      : pinnedTier
        ? {
            rule: 'pin',
            to: pinnedTier,
            dueAt: null,
            sentence: `It moves to ${pinnedTier} at the next run, because it is pinned there.`,
          }
        : {
            rule: 'age',
            to: at === 'warm' ? 'cold' : 'warm',
            dueAt: new Date(Date.now() + 11 * day).toISOString(),
            sentence: `It moves to ${at === 'warm' ? 'cold' : 'warm'} when nobody has read it for ${at === 'warm' ? '30 days' : '24 hours'}.`,
          },
    history:
      at === 'warm'
        ? movesOf('well')
            .slice(5, 6)
            .map((move) => ({ ...move, objectId, rule: 'age' as const, reason: 'not read for 24 hours' }))
        : [],
  };
}
