import type { Asset, AssetTag, Collection, DeadLetter, Explanation, SavedSearch, Tag, Tile } from '../src/api/types.ts';
import { pictureHash } from './pictures.ts';
import { idOf, numberOf, pick, randomOf } from './random.ts';

/** A made-up organisation with as many assets as asked for. Everything follows from an asset's number. */

const ratios = [1.5, 1.5, 1.333, 1.778, 0.667, 0.75, 1, 2.4];
const subjects = [
  'harbour',
  'rocket launch',
  'market',
  'meadow',
  'workshop',
  'old town',
  'glacier',
  'interview',
  'keynote',
  'garden',
  'bridge',
  'night sky',
];
export const cameras = ['Fujifilm X100V', 'Canon EOS R6', 'Sony A7 IV', 'iPhone 15 Pro', 'Nikon Z6'];
const tagNames = [
  'coast',
  'people',
  'architecture',
  'rocket',
  'mountain',
  'document',
  'night',
  'interview',
  'product',
  'wildlife',
  'team',
  'event',
];
const day = 86_400_000;
const newest = Date.parse('2026-11-14T16:20:00Z');

export interface MockWorld {
  tiles: Tile[];
  byId: Map<string, Tile>;
  trashed: Set<string>;
  patches: Map<string, Partial<Asset>>;
  tagsOf: Map<string, AssetTag[]>;
  tags: Tag[];
  collections: Collection[];
  members: Map<string, Set<string>>;
  saved: SavedSearch[];
  dead: DeadLetter[];
  /** What people wish for objects, by object. */
  wishes: Map<string, Partial<Explanation>>;
  /** When the last run of the mover was asked for. */
  runAskedAtMs: number | undefined;
}

/** An asset of the world; how it is called and what it is follows from its number alone. */
export function tileOf(number: number, total: number, days: number): Tile {
  const random = randomOf(number + 1);
  const roll = random();
  const kind =
    roll < 0.8
      ? 'image'
      : roll < 0.9
        ? 'video'
        : roll < 0.94
          ? 'audio'
          : roll < 0.98
            ? 'document'
            : roll < 0.99
              ? 'text'
              : 'unknown';
  const aspectRatio =
    kind === 'document'
      ? 0.71
      : kind === 'video'
        ? 1.778
        : kind === 'audio' || kind === 'text' || kind === 'unknown'
          ? 1
          : pick(random, ratios);
  const share = number / Math.max(1, total);
  const shownAt = new Date(newest - (share ** 1.6 * days + random() * 0.4) * day).toISOString();
  const visual = kind === 'image' || kind === 'video' || kind === 'document';
  const state =
    number === 2 || number === 5 ? 'processing' : number % 97 === 96 ? 'partial' : kind === 'unknown' ? 'unsupported' : 'ready';
  const extension = { image: 'jpg', video: 'mp4', audio: 'wav', document: 'pdf', text: 'txt', unknown: 'bin' }[kind];
  return {
    id: idOf(1, number),
    name: `${pick(random, subjects).replaceAll(' ', '-')}-${String(number).padStart(5, '0')}.${extension}`,
    kind,
    state,
    shownAt,
    aspectRatio,
    durationSeconds: kind === 'video' || kind === 'audio' ? Math.round(20 + random() * 100) : null,
    pageCount: kind === 'document' ? 1 + Math.floor(random() * 12) : null,
    thumbhash: visual && number !== 2 ? pictureHash(number, aspectRatio) : null,
    pictures: visual && number !== 2 ? picturesOf(kind, number) : {},
    rating: random() < 0.12 ? 3 + Math.floor(random() * 3) : null,
    version: 1,
  };
}

/** As many digits as the appliance takes of a content hash; the number stands for the content. */
export const versionOf = (number: number) => number.toString(16).padStart(12, '0');

function picturesOf(kind: Tile['kind'], number: number): Tile['pictures'] {
  const v = versionOf(number);
  return { thumbnail: v, preview: v, ...(kind === 'video' ? { poster: v, 'hover-strip': v } : {}) };
}

/** The first four of a collection, as its cover. */
export function coversOf(members: Iterable<string>): Collection['covers'] {
  return [...members].slice(0, 4).map((id) => ({ id, v: versionOf(numberOf(id)) }));
}

/** Builds the world: so many assets over so many days. */
export function makeWorld(total: number, days: number): MockWorld {
  const tiles = Array.from({ length: total }, (_, number) => tileOf(number, total, days)).sort((a, b) =>
    a.shownAt < b.shownAt ? 1 : -1,
  );
  const tags = tagNames.map((name, number) => ({ id: idOf(2, number), name, assets: Math.floor(total / (3 + number * 2)) }));
  const names = [
    'Spring launch',
    'Press pictures',
    'Everything the observatory has photographed since the new dome was opened',
    'Interviews 2026',
    'To review',
  ];
  const members = new Map(
    names.map((_, number) => [
      idOf(3, number),
      new Set(
        tiles
          .filter((_tile, at) => at % (5 + number * 3) === 0)
          .slice(0, 160 - number * 30)
          .map((tile) => tile.id),
      ),
    ]),
  );
  const collections = names.map((name, number) => ({
    id: idOf(3, number),
    name,
    description: number === 0 ? 'Everything around the launch in March.' : '',
    assets: members.get(idOf(3, number))?.size ?? 0,
    covers: coversOf(members.get(idOf(3, number)) ?? []),
    createdAt: new Date(newest - number * 30 * day).toISOString(),
    updatedAt: new Date(newest - number * 9 * day).toISOString(),
  }));
  const saved: SavedSearch[] = [
    {
      id: idOf(4, 0),
      name: 'Rockets on video',
      query: { text: 'rocket', filters: { kinds: ['video'] }, sort: 'relevance' },
      createdAt: new Date(newest).toISOString(),
    },
  ];
  return {
    tiles,
    byId: new Map(tiles.map((tile) => [tile.id, tile])),
    trashed: new Set(),
    patches: new Map(),
    tagsOf: new Map(),
    tags,
    collections,
    members,
    saved,
    dead: makeDead(tiles),
    wishes: new Map(),
    runAskedAtMs: undefined,
  };
}

function makeDead(tiles: Tile[]): DeadLetter[] {
  return tiles
    .filter((tile) => tile.state === 'partial')
    .slice(0, 14)
    .map((tile, number) => ({
      id: idOf(5, number),
      queue: pick(randomOf(number), ['image', 'video', 'transcription', 'text'] as const),
      job: pick(randomOf(number + 40), ['media.renditions', 'media.text', 'media.probe']),
      assetId: tile.id,
      assetName: tile.name,
      attempts: 4,
      errorCode: pick(randomOf(number + 80), ['PARSER_KILLED', 'MEDIA_TRUNCATED', 'OCR_TIMEOUT']),
      errorMessage: 'The parser used more than its 1536 MB of memory and was stopped; the file claims 65 535 × 65 535 pixels.',
      diedAt: new Date(newest - number * 3_600_000).toISOString(),
    }));
}

/** The tags of an asset: three by noise unless a person changed them. */
export function tagsOfAsset(world: MockWorld, id: string): AssetTag[] {
  const kept = world.tagsOf.get(id);
  if (kept) return kept;
  const random = randomOf(numberOf(id) + 7);
  const made = [0, 1, 2].map((place): AssetTag => {
    const tag = world.tags[(numberOf(id) + place * 5) % world.tags.length] as Tag;
    const confidence = Number((0.98 - place * 0.24 - random() * 0.1).toFixed(2));
    return {
      id: tag.id,
      name: tag.name,
      source: place === 2 ? 'person' : 'model',
      state: place === 0 ? 'confirmed' : 'suggested',
      confidence: place === 2 ? null : confidence,
    };
  });
  world.tagsOf.set(id, made);
  return made;
}
