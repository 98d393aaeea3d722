import { type Handler, ids, MockProblem, type Routes } from './call.ts';
import { idOf, numberOf } from './random.ts';

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
const nothing = { assets: 0, objects: 0, bytes: 0 };

const settableClasses = [
  'original-image',
  'original-video',
  'original-audio',
  'original-document',
  'original-other',
  'trash',
  'search-history',
  'session',
  'audit',
  'logs',
  'metrics',
  'aggregates',
];
const fixedClasses = [
  { class: 'rendition', keepDays: null, note: 'Pictures and proxies go with their original.' },
  { class: 'personal', keepDays: null, note: 'By request: a person is erased with all they brought.' },
  { class: 'revenue', keepDays: 1095, note: 'Nothing of this class is stored yet.' },
  { class: 'financial', keepDays: 2555, note: 'Nothing of this class is stored yet.' },
];

const kept: Record<string, number | null> = { trash: 30, audit: 1095, logs: 30, metrics: 90, aggregates: 365 };
/** What would go of what is no asset, whatever the days. */
const traces: Record<string, { entries: number; bytes: number | null; keptBecause: string | null }> = {
  logs: { entries: 12, bytes: 41_000_000, keptBecause: null },
  audit: {
    entries: 5210,
    bytes: null,
    keptBecause: 'A legal hold stands: who did what to held assets is part of what it keeps.',
  },
};
const counts: Record<string, number> = {
  'original-image': 84_000,
  'original-video': 9120,
  'original-audio': 3100,
  'original-document': 3700,
  'original-other': 80,
  trash: 14,
};

const policies = () => ({
  items: [
    ...settableClasses.map((name) => ({
      class: name,
      settable: true,
      keepDays: kept[name] ?? null,
      note: null,
      assets: counts[name] ?? null,
      bytes: name === 'logs' ? 96_000_000 : counts[name] ? counts[name] * 11_000_000 : null,
      entries: name === 'logs' ? 28 : null,
      leastDays: name === 'audit' ? 365 : null,
      changedBy: null,
      changedAt: null,
    })),
    ...fixedClasses.map((fixed) => ({
      ...fixed,
      settable: false,
      assets: null,
      bytes: null,
      entries: null,
      leastDays: null,
      changedBy: null,
      changedAt: null,
    })),
  ],
  nextRunAt: inDays(0.5),
  lastRun: null,
});

const preview: Handler = ({ body }) => {
  const changes = (body.policies ?? {}) as Record<string, number | null>;
  if (changes.trash === 13) throw new MockProblem(500, 'INTERNAL', 'The preview failed on purpose.', 'Try another number.');
  const going = Object.entries(changes).filter(([name, days]) => days !== null && counts[name]);
  const byClass = going.map(([name]) => {
    const assets = counts[name] ?? 0;
    return { class: name, amount: { assets, objects: assets + 3311, bytes: assets * 131_000_000 } };
  });
  const total = byClass.reduce(
    (sum, { amount }) => ({
      assets: sum.assets + amount.assets,
      objects: sum.objects + amount.objects,
      bytes: sum.bytes + amount.bytes,
    }),
    nothing,
  );
  const firstAt = total.assets > 0 ? inDays(0.5) : null;
  const gone = Object.entries(changes).flatMap(([name, days]) =>
    days !== null && traces[name] ? [{ class: name, ...traces[name], firstAt: inDays(-400) }] : [],
  );
  const held = { assets: 2, objects: 5, bytes: 4_000_000 };
  return {
    body: { digest: 'mock', instant: inDays(0), total, byClass, held, moving: nothing, traces: gone, firstAt },
  };
};

const holds = [
  {
    id: idOf(8, 1),
    name: 'Case 2026/17',
    reason: 'Asked for by the court on 3 May.',
    collection: { id: idOf(4, 1), name: 'Press pictures' },
    assets: 212,
    bytes: 2_400_000_000,
    placedBy: 'Ada Rossi',
    placedAt: inDays(-40),
    releasedBy: null,
    releasedAt: null,
    releaseReason: null,
  },
];

const run = (origin: string, days: number) => ({
  id: idOf(8, 10 - days),
  origin,
  instant: inDays(days),
  askedBy: origin === 'clock' ? 'retention' : 'Ada Rossi',
  askedAt: inDays(days),
  startedAt: inDays(days),
  endedAt: inDays(days),
  planned: 17,
  deleted: 16,
  spared: 1,
  failed: 0,
  filesLeft: 0,
  deletedObjects: 61,
  deletedBytes: 910_000_000,
  deletedTraces: 3,
  traces: [{ class: 'logs', state: 'done', entries: 3, removedEntries: 3, removedBytes: 9_000_000, reason: null }],
  stopped: null,
});

/** Every seventh asset is held; every ninth is gone. */
const checkHolds: Handler = (call) => {
  const here = ids(call).filter((id) => numberOf(id) % 9 !== 7);
  const held = here.filter((id) => numberOf(id) % 7 === 0).length;
  const [first] = holds;
  if (call.cookies['mock-holds'] === 'fail') throw new MockProblem(500, 'INTERNAL', 'The check failed on purpose.');
  return {
    body: { assets: here.length, held, holds: held > 0 ? [{ id: first?.id, name: first?.name, assets: held }] : [] },
  };
};

/** How long things are kept, holds, the trash. */
export const retentionRoutes: Routes = [
  ['GET', /^\/retention\/policies$/, () => ({ body: policies() })],
  ['POST', /^\/retention\/preview$/, preview],
  [
    'PUT',
    /^\/retention\/policies$/,
    ({ body }) => {
      Object.assign(kept, body.policies);
      return { body: policies() };
    },
  ],
  ['GET', /^\/retention\/runs$/, () => ({ body: { items: [run('clock', -1), run('trash', -3)] } })],
  ['GET', /^\/trash$/, () => ({ body: { keepDays: 30, assets: 14, bytes: 154_000_000, heldAssets: 2, firstAt: inDays(4) } })],
  ['POST', /^\/trash\/empty$/, () => ({ status: 202, body: { ...run('trash', 0), endedAt: null } })],
  ['GET', /^\/holds$/, () => ({ body: { items: holds } })],
  [
    'POST',
    /^\/holds$/,
    ({ body }) => {
      const [first] = holds;
      const assets = (body.assetIds as string[] | undefined)?.length ?? first?.assets;
      if (body.name === 'fail') throw new MockProblem(500, 'INTERNAL', 'The hold failed on purpose.', 'Try another name.');
      if (body.name === 'gone')
        throw new MockProblem(422, 'HOLD_EMPTY', 'None of these assets is there.', 'Give ids of assets of this organisation.');
      return { status: 201, body: { ...first, id: idOf(8, 2), name: body.name, reason: body.reason, assets } };
    },
  ],
  ['POST', /^\/holds\/check$/, checkHolds],
  [
    'POST',
    /^\/holds\/([^/]+)\/assets$/,
    (call) => ({ body: { ...holds[0], assets: (holds[0]?.assets ?? 0) + ids(call).length } }),
  ],
  [
    'POST',
    /^\/holds\/([^/]+)\/release$/,
    ({ body }) => ({ body: { ...holds[0], releasedBy: 'Ada Rossi', releasedAt: inDays(0), releaseReason: body.reason } }),
  ],
  [
    'GET',
    /^\/assets\/([^/]+)\/retention$/,
    (_, id = '') => ({
      body: id.endsWith('7')
        ? { held: true, holds: [{ ...holds[0], collection: undefined }], due: { class: 'trash', at: inDays(3) } }
        : { held: false, holds: [], due: null },
    }),
  ],
];
