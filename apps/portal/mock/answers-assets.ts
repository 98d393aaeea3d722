import type { AssetState, Tile } from '../src/api/types.ts';
import { hitOf } from './answers-search.ts';
import { assetOf, textOf } from './asset-detail.ts';
import { type Call, changed, type Handler, ids, MockProblem, type Routes } from './call.ts';
import { melodyWav, pictureSvg, pictureThumbnail, stripSvg } from './pictures.ts';
import { idOf, numberOf, randomOf } from './random.ts';
import { type MockWorld, tagsOfAsset } from './world.ts';

function filtered({ query, world }: Call): Tile[] {
  const kinds = query.getAll('kind');
  const from = query.get('from');
  const to = query.get('to');
  const stars = Number(query.get('minRating') ?? 0);
  const collection = query.get('collection');
  const tag = query.get('tag');
  const state = query.get('state');
  const orientation = query.get('orientation');
  const members = collection ? world.members.get(collection) : undefined;
  const trashed = query.get('trashed') === 'true';
  return world.tiles.filter(
    (tile) =>
      world.trashed.has(tile.id) === trashed &&
      (kinds.length === 0 || kinds.includes(tile.kind)) &&
      (!from || tile.shownAt >= from) &&
      (!to || tile.shownAt.slice(0, 10) <= to) &&
      (tile.rating ?? 0) >= stars &&
      (!collection || members?.has(tile.id)) &&
      (!tag || tagsOfAsset(world, tile.id).some((other) => other.id === tag)) &&
      (!state || tile.state === state) &&
      (!orientation ||
        (orientation === 'square'
          ? tile.aspectRatio === 1
          : orientation === 'portrait'
            ? tile.aspectRatio < 1
            : tile.aspectRatio > 1)),
  );
}

function tileById(world: MockWorld, id: string): Tile {
  const tile = world.byId.get(id);
  if (!tile)
    throw new MockProblem(
      404,
      'MEDIA_ASSET_NOT_FOUND',
      `There is no asset ${id}.`,
      'It may have been removed, or the address mistyped.',
    );
  return tile;
}

const media: Handler = async ({ world }, id = '', kind = '') => {
  const tile = tileById(world, id);
  const headers = { 'cache-control': 'max-age=3600, immutable' };
  if (kind === 'proxy')
    return { headers: { ...headers, 'content-type': 'audio/wav' }, body: melodyWav(tile.durationSeconds ?? 30) };
  if (kind === 'waveform') {
    const random = randomOf(numberOf(id));
    return {
      headers,
      body: {
        durationSeconds: tile.durationSeconds,
        peaks: Array.from({ length: 400 }, (_, at) => Math.round(40 + random() * 120 * (0.6 + 0.4 * Math.sin(at / 9)))),
      },
    };
  }
  const label = tile.kind === 'document' ? 'Harbour office' : '';
  if (kind === 'thumbnail')
    return {
      headers: { ...headers, 'content-type': 'image/webp' },
      body: await pictureThumbnail(numberOf(id), tile.aspectRatio, label),
    };
  const svg =
    kind === 'hover-strip' ? stripSvg(numberOf(id), tile.aspectRatio) : pictureSvg(numberOf(id), tile.aspectRatio, label);
  return { headers: { ...headers, 'content-type': 'image/svg+xml' }, body: svg };
};

/** Assets, their media and what arrives. */
export const assetRoutes: Routes = [
  [
    'GET',
    /^\/assets\/timeline$/,
    (call) => {
      const counts = new Map<string, number>();
      const tiles = filtered(call);
      for (const tile of tiles) counts.set(tile.shownAt.slice(0, 7), (counts.get(tile.shownAt.slice(0, 7)) ?? 0) + 1);
      return {
        body: {
          total: tiles.length,
          months: [...counts].map(([month, count]) => ({ month, count })).sort((a, b) => b.month.localeCompare(a.month)),
        },
      };
    },
  ],
  [
    'GET',
    /^\/assets$/,
    (call) => {
      const first = Number(call.query.get('cursor') ?? call.query.get('skip') ?? 0);
      const limit = Number(call.query.get('limit') ?? 100);
      const tiles = filtered(call);
      return {
        body: {
          items: tiles.slice(first, first + limit),
          nextCursor: first + limit < tiles.length ? String(first + limit) : null,
        },
      };
    },
  ],
  [
    'POST',
    /^\/assets\/trash$/,
    (call) => {
      for (const id of ids(call)) call.world.trashed.add(id);
      return changed(ids(call).length);
    },
  ],
  [
    'POST',
    /^\/assets\/restore$/,
    (call) => {
      for (const id of ids(call)) call.world.trashed.delete(id);
      return changed(ids(call).length);
    },
  ],
  ['GET', /^\/assets\/([^/]+)$/, ({ world }, id = '') => ({ body: assetOf(world, tileById(world, id)) })],
  [
    'PATCH',
    /^\/assets\/([^/]+)$/,
    ({ world, body }, id = '') => {
      world.patches.set(id, { ...world.patches.get(id), ...body });
      return { body: assetOf(world, tileById(world, id)) };
    },
  ],
  ['GET', /^\/assets\/([^/]+)\/text$/, ({ world }, id = '') => ({ body: { segments: textOf(tileById(world, id)) } })],
  [
    'GET',
    /^\/assets\/([^/]+)\/similar$/,
    ({ world }, id = '') => ({
      body: {
        hits: world.tiles
          .filter((tile) => tile.kind === 'image' && tile.id !== id)
          .slice(0, 24)
          .map((tile, rank) => hitOf(tile, '', rank)),
        unavailable: null,
        remark: null,
      },
    }),
  ],
  ['GET', /^\/assets\/([^/]+)\/renditions\/([^/]+)$/, media],
  [
    'POST',
    /^\/assets\/([^/]+)\/rerun$/,
    ({ body, push }, id = '') => {
      const state: AssetState = 'ready';
      setTimeout(() => push('asset.changed', { id, state, version: 3 }), 1500);
      return { status: 202, body: { steps: body.steps ?? ['probe'] } };
    },
  ],
  [
    'POST',
    /^\/uploads\/precheck$/,
    ({ body }) => ({
      body: {
        files: (body.files as { sha256: string; name: string }[]).map(({ sha256, name }) => ({
          sha256,
          assetId: name.includes('known') ? idOf(1, 3) : null,
          trashed: false,
        })),
      },
    }),
  ],
];
