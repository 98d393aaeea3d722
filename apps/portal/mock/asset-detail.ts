import type { Asset, LedgerStep, TextSegment, Tile } from '../src/api/types.ts';
import { numberOf, pick, randomOf } from './random.ts';
import { cameras, type MockWorld, tagsOfAsset, versionOf } from './world.ts';

const sentences = [
  'Good morning and welcome to the annual review of the observatory.',
  'We begin with the launch of the new rocket in early spring.',
  'The first stage separated after two minutes and forty one seconds.',
  'Everybody in the control room held their breath.',
  'Then the telemetry came back, clear and steady.',
  'It was the moment we had been working towards for seven years.',
  'Let me show you what the cameras on board recorded.',
  'You can see the coast line here, and the clouds above the bay.',
  'We learned more in those ten minutes than in the year before.',
  'Thank you all for being here, and for your patience.',
];

const steps: LedgerStep['step'][] = ['probe', 'renditions', 'recognise', 'text', 'embed', 'index'];

function ledgerOf(tile: Tile): LedgerStep[] {
  const random = randomOf(numberOf(tile.id) + 3);
  return steps.map((step, place) => {
    const failed = tile.state === 'partial' && step === 'text';
    const running = tile.state === 'processing' && place === 3;
    const after = tile.state === 'processing' && place > 3;
    const at = Date.parse(tile.shownAt) + 3_600_000 + place * 900;
    const state: LedgerStep['state'] = failed
      ? 'failed'
      : running
        ? 'running'
        : after
          ? 'waiting'
          : tile.kind === 'unknown' && place > 0
            ? 'skipped'
            : 'done';
    const ran = state === 'done' || state === 'failed';
    return {
      step,
      state,
      attempts: failed ? 4 : ran ? 1 : 0,
      durationMs: ran ? Math.round(12 + random() * 900) : null,
      cpuMs: ran ? Math.round(10 + random() * 1200) : null,
      stepVersion: `${1 + (place % 2)}`,
      modelVersions: (step === 'recognise'
        ? { 'visual-descriptor': '2.0.0' }
        : step === 'text'
          ? { tesseract: '5.3.0' }
          : {}) as Record<string, string>,
      outcome:
        state === 'done'
          ? ([
              'Read 34 properties; taken with a camera.',
              'Made 3 renditions.',
              'Five colours, sharp, well exposed.',
              'Found 6 lines of text.',
              'One vector of 512 values.',
              'Searchable by 48 words.',
            ][place] ?? null)
          : state === 'skipped'
            ? 'No parser knows this format.'
            : null,
      errorCode: failed ? 'OCR_TIMEOUT' : null,
      errorMessage: failed ? 'Reading the text took longer than 120 s and was stopped.' : null,
      queuedAt: new Date(at).toISOString(),
      startedAt: ran || running ? new Date(at + 200).toISOString() : null,
      finishedAt: ran ? new Date(at + 800).toISOString() : null,
    };
  });
}

/** Everything about one asset. */
export function assetOf(world: MockWorld, tile: Tile): Asset {
  const random = randomOf(numberOf(tile.id) + 21);
  const image = tile.kind === 'image';
  const timed = tile.durationSeconds !== null;
  const width = Math.round(4000 * Math.min(1, tile.aspectRatio));
  const place = random() < 0.4;
  const base: Asset = {
    ...tile,
    folder: 'archive/2024',
    origins: [
      { name: tile.name, folder: 'archive/2024', arrivedAt: tile.shownAt },
      ...(numberOf(tile.id) % 3 === 0 ? [{ name: `copy of ${tile.name}`, folder: 'inbox', arrivedAt: tile.shownAt }] : []),
    ],
    mediaType: {
      image: 'image/jpeg',
      video: 'video/mp4',
      audio: 'audio/wav',
      document: 'application/pdf',
      text: 'text/plain',
      unknown: 'application/octet-stream',
    }[tile.kind],
    sizeBytes: Math.round(400_000 + random() * 9e6) * (tile.kind === 'video' ? 20 : 1),
    sha256: Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join(''),
    stateReason:
      tile.state === 'partial'
        ? 'Text could not be read: it took too long.'
        : tile.state === 'unsupported'
          ? 'No parser knows this format.'
          : null,
    addedAt: tile.shownAt,
    capturedAt: image || tile.kind === 'video' ? tile.shownAt : null,
    width: tile.pictures.thumbnail ? width : null,
    height: tile.pictures.thumbnail ? Math.round(width / tile.aspectRatio) : null,
    orientation: tile.aspectRatio > 1 ? 'landscape' : tile.aspectRatio < 1 ? 'portrait' : 'square',
    latitude: place ? 47.3769 + random() : null,
    longitude: place ? 8.5417 + random() : null,
    place: place ? 'Zürich, Switzerland' : null,
    camera: image ? pick(random, cameras) : null,
    lens: image ? 'XF 23 mm F2' : null,
    caption: numberOf(tile.id) % 4 === 0 ? 'The bay in the early morning, seen from the pier.' : '',
    colours: [
      { name: 'slate blue', hex: '#5f7488', share: 0.41 },
      { name: 'sand', hex: '#e2c9a0', share: 0.27 },
      { name: 'moss', hex: '#57837b', share: 0.16 },
      { name: 'ink', hex: '#1f2a38', share: 0.1 },
      { name: 'clay', hex: '#c97b4a', share: 0.06 },
    ],
    quality: tile.pictures.thumbnail ? { sharpness: Number(random().toFixed(2)), exposure: 0.52, noise: 0.14 } : {},
    metadata: {
      'exif.FNumber': 5.6,
      'exif.ExposureTime': '1/250',
      'exif.ISO': 200,
      'exif.FocalLength': 23,
      'xmp.Creator': 'A. Rossi',
      'iptc.Keywords': ['bay', 'morning'],
    },
    trashedAt: world.trashed.has(tile.id) ? new Date().toISOString() : null,
    tags: tagsOfAsset(world, tile.id),
    collections: world.collections
      .filter((collection) => world.members.get(collection.id)?.has(tile.id))
      .map(({ id, name }) => ({ id, name })),
    renditions: renditionsOf(tile),
    segments:
      tile.kind === 'video'
        ? [0, 1, 2, 3, 4].map((position) => ({
            position,
            startSeconds: position * 6,
            endSeconds: position * 6 + 6,
            score: 0.5 + position / 10,
            colours: [],
          }))
        : [],
    ledger: ledgerOf(tile),
    nearDuplicates:
      image && numberOf(tile.id) % 6 === 0 ? world.tiles.slice(3, 5).map((other) => ({ ...other, distance: 4 })) : [],
  };
  if (timed)
    base.renditions.push({
      kind: 'waveform',
      position: 0,
      v: versionOf(numberOf(tile.id)),
      mediaType: 'application/json',
      sizeBytes: 900,
      width: null,
      height: null,
      detail: {},
    });
  return { ...base, ...world.patches.get(tile.id) };
}

function renditionsOf(tile: Tile): Asset['renditions'] {
  const one = (kind: Asset['renditions'][number]['kind'], detail: Record<string, unknown> = {}, position = 0) => ({
    kind,
    position,
    v: versionOf(numberOf(tile.id)),
    mediaType: 'image/webp',
    sizeBytes: 24_000,
    width: 1440,
    height: Math.round(1440 / tile.aspectRatio),
    detail,
  });
  if (!tile.pictures.thumbnail) return tile.kind === 'audio' ? [one('proxy')] : [];
  const all = [one('thumbnail'), one('preview')];
  if (tile.kind === 'video')
    all.push(
      one('poster'),
      one('proxy'),
      one('hover-strip', {
        columns: 4,
        rows: 3,
        times: Array.from({ length: 12 }, (_, frame) => (frame * (tile.durationSeconds ?? 12)) / 12),
      }),
    );
  if (tile.kind === 'document')
    for (let page = 0; page < (tile.pageCount ?? 1); page += 1) all.push(one('page', { page: page + 1 }, page));
  return all;
}

/** The text of an asset. */
export function textOf(tile: Tile): TextSegment[] {
  const none = { page: null, startSeconds: null, endSeconds: null, language: 'en', confidence: 0.82 };
  if (tile.kind === 'video' || tile.kind === 'audio')
    return sentences.map((text, position) => {
      const start = position * 4.2;
      const words = text.split(' ');
      return {
        ...none,
        source: 'speech',
        position,
        startSeconds: start,
        endSeconds: start + 3.8,
        text,
        words: words.map((word, at) => ({
          text: word,
          confidence: 0.8,
          start: start + (at * 3.8) / words.length,
          end: start + ((at + 1) * 3.8) / words.length,
        })),
      };
    });
  if (tile.kind === 'document' || numberOf(tile.id) % 2 === 0)
    return ['HARBOUR OFFICE', 'Open daily from nine to five', 'No mooring without permission'].map((text, position) => {
      const words = text.split(' ');
      return {
        ...none,
        source: 'ocr',
        position,
        page: tile.kind === 'document' ? 1 : null,
        text,
        words: words.map((word, at) => ({
          text: word,
          confidence: 0.9 - at * 0.06,
          box: [0.2 + at * 0.13, 0.3 + position * 0.09, 0.12, 0.05] as [number, number, number, number],
        })),
      };
    });
  return [];
}
