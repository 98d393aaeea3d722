import type { Erasure, SubjectKind } from '../src/erasures/erasure-words.ts';
import { type Call, type Handler, MockProblem, type Routes } from './call.ts';
import { idOf } from './random.ts';
import type { MockWorld } from './world.ts';

const dayMs = 86_400_000;
const publicKey = 'ke3oWg8Xq1F4kQb0pJw2y7Tn5uVdRz9sLhC6mAxEiGU=';
const at = (days: number) => new Date(Date.now() + days * dayMs).toISOString();

function certificateOf(id: string, kind: SubjectKind, destroyedAt: string): Erasure['certificate'] {
  const isPerson = kind === 'person';
  return {
    certificate: {
      format: 'holdfast-erasure-certificate-1',
      id,
      issuedAt: destroyedAt,
      organisationId: idOf(7, 1),
      keyId: isPerson ? idOf(9, 7) : null,
      keyKind: isPerson ? 'person' : null,
      destroyedAt,
      backupsUnreadableAt: isPerson ? new Date(Date.parse(destroyedAt) + 32 * dayMs).toISOString() : null,
    },
    publicKey,
    signature: 'bm90IGEgc2lnbmF0dXJl',
  };
}

function erasure(number: number, subjectKind: SubjectKind, subjectId: string, part: Partial<Erasure>): Erasure {
  const id = idOf(11, number);
  const finishedAt = part.finishedAt === undefined ? at(-number * 9) : part.finishedAt;
  return {
    id,
    subjectKind,
    subjectId,
    state: 'done',
    reason: '',
    assets: 1,
    objects: 0,
    bytes: 4_200_000,
    handedOver: 0,
    error: null,
    requestedBy: 'admin@observatory.example',
    requestedAt: at(-number * 9 - 0.01),
    finishedAt,
    certificate: finishedAt ? certificateOf(id, subjectKind, finishedAt) : null,
    ...part,
  };
}

const former = idOf(6, 3);
const standing: Erasure[] = [
  erasure(1, 'asset', idOf(1, 90_001), {
    state: 'destroying',
    objects: 5,
    error: 'The keystore is sealed: the keys of nothing can be destroyed.',
    finishedAt: null,
    requestedAt: at(-0.02),
  }),
  erasure(2, 'person', former, {
    assets: 4312,
    bytes: 61_400_000_000,
    handedOver: 207,
    reason: 'Asked for by letter on 2 November.',
  }),
  erasure(3, 'collection', idOf(3, 77), { assets: 48, objects: 190, bytes: 900_000_000, reason: 'Contract ended.' }),
  erasure(4, 'asset', idOf(1, 90_002), { objects: 4 }),
  erasure(5, 'person', idOf(6, 44), { assets: 0, bytes: 0, certificate: null }),
];

/** Those that were asked for get on while they are looked at. */
const begun: { row: Erasure; atMs: number }[] = [];
const stepMs = 3000;

function progressOf({ row, atMs }: (typeof begun)[number]): Erasure {
  const all =
    row.subjectKind === 'person'
      ? (['handing-over', 'removing', 'destroying'] as const)
      : (['removing', 'destroying'] as const);
  const passed = (Date.now() - atMs) / stepMs;
  const state = all[Math.floor(passed)] ?? 'done';
  // Assets go in the step before the last.
  const share = Math.min(1, Math.max(0, passed - (all.length - 2)));
  const finishedAt = new Date(atMs + all.length * stepMs).toISOString();
  return {
    ...row,
    state,
    assets: Math.floor(row.assets * share),
    bytes: Math.floor(row.bytes * share),
    ...(state === 'done' ? { finishedAt, certificate: certificateOf(row.id, row.subjectKind, finishedAt) } : {}),
  };
}

/** The second collection is held in part, and the last person has grown since anybody looked. */
function reachOf(world: MockWorld, kind: string | null, id: string | null) {
  const collection = world.collections.find((one) => one.id === id);
  const assets = kind === 'asset' ? 1 : kind === 'person' ? 312 : (collection?.assets ?? 0);
  if (kind === 'collection' && !collection)
    throw new MockProblem(404, 'ERASURE_SUBJECT_UNKNOWN', `The organisation has no collection ${id}.`);
  return {
    assets,
    bytes: assets * 13_100_000,
    shared: kind === 'person' ? 17 : 0,
    held: id === idOf(3, 1) ? 4 : 0,
  };
}

const list: Handler = ({ cookies }) => {
  if (cookies['mock-erasures'] === 'fail')
    throw new MockProblem(500, 'INTERNAL', 'The erasures failed on purpose.', 'Try again.');
  const items = cookies['mock-erasures'] === '0' ? [] : [...begun.map(progressOf).reverse(), ...standing];
  return { body: { items } };
};

const request: Handler = ({ world, body }: Call) => {
  const kind = body.kind as SubjectKind;
  const id = String(body.id);
  const reach = reachOf(world, kind, id);
  if (id === former)
    throw new MockProblem(409, 'ERASURE_CHANGED', '313 assets would be erased now, not 312.', 'Look at the preview again.');
  const row = erasure(100 + begun.length, kind, id, {
    ...{ assets: reach.assets, bytes: reach.bytes, handedOver: reach.shared, reason: String(body.reason ?? '') },
    ...{ state: 'removing', requestedAt: at(0), finishedAt: null },
  });
  begun.push({ row, atMs: Date.now() });
  return { status: 202, body: progressOf({ row, atMs: Date.now() }) };
};

/** Erasing people, collections and assets. */
export const erasureRoutes: Routes = [
  ['GET', /^\/erasures$/, list],
  ['GET', /^\/erasures\/preview$/, ({ world, query }) => ({ body: reachOf(world, query.get('kind'), query.get('id')) })],
  ['POST', /^\/erasures$/, request],
];
