import { HoldfastError } from '#kernel';
import { parseClock } from '../image/capture-time.ts';
import { emptyMetadata } from '../image/empty-metadata.ts';
import { shortenTags } from '../image/shorten-tags.ts';
import type { CaptureTime, Chapter, MediaStream, Metadata, Place, Probe } from '../parser-results.ts';
import { isBrowserPlayable } from './browser-playable.ts';

type Tags = Record<string, unknown>;

/** ffprobe's answer, as far as it is read here. Every value may be missing or nonsense. */
export interface RawProbe {
  format?: Record<string, unknown> & { tags?: Tags };
  streams?: Array<Record<string, unknown> & { tags?: Tags; disposition?: Tags; side_data_list?: Tags[] }>;
  chapters?: Array<Record<string, unknown> & { tags?: Tags }>;
}

type RawStream = NonNullable<RawProbe['streams']>[number];

const LONGEST_SECONDS = 30 * 86_400;
const MOST_STREAMS = 64;
const MOST_CHAPTERS = 500;
const MOST_FRAMES_PER_SECOND = 1000;

/** Turns ffprobe's answer into bounded facts. Pure. Throws MEDIA_NOTHING_TO_PLAY when there is neither picture nor sound. */
export function describeProbe(raw: RawProbe, mediaType: string): Omit<Probe, 'cpuMs'> {
  const rawStreams = (raw.streams ?? []).slice(0, MOST_STREAMS);
  const streams = rawStreams.map(describeStream);
  const picture = streams.find(({ kind, isCover }) => kind === 'video' && !isCover);
  const sound = streams.find(({ kind }) => kind === 'audio');
  if (!picture && !sound) {
    throw new HoldfastError('MEDIA_NOTHING_TO_PLAY', {
      kind: 'unprocessable',
      message: 'The recording holds neither a picture nor a sound that can be played.',
      action: 'The original is kept. Check whether it plays elsewhere.',
    });
  }
  const corrections: string[] = [];
  const format = raw.format ?? {};
  const probe = {
    kind: picture ? ('video' as const) : ('audio' as const),
    container: text(format.format_name) ?? '',
    durationSeconds: boundDuration(format, rawStreams, corrections),
    bitsPerSecond: count(format.bit_rate),
    ...displaySize(picture, rawStreams),
    framesPerSecond: picture?.framesPerSecond ?? 0,
    streams,
    chapters: (raw.chapters ?? []).slice(0, MOST_CHAPTERS).map(describeChapter),
    metadata: describeTags(format.tags ?? {}, rawStreams),
    corrections,
  };
  return { ...probe, browserPlayable: isBrowserPlayable(probe, mediaType, text(format.tags?.major_brand)) };
}

function describeStream(stream: RawStream): MediaStream {
  const kind = text(stream.codec_type);
  const known = kind === 'video' || kind === 'audio' || kind === 'subtitle' || kind === 'attachment' ? kind : 'data';
  return {
    index: count(stream.index) ?? 0,
    kind: known,
    codec: text(stream.codec_name) ?? 'unknown',
    profile: text(stream.profile),
    language: text(stream.tags?.language),
    bitsPerSecond: count(stream.bit_rate),
    width: pixels(stream.width),
    height: pixels(stream.height),
    framesPerSecond: known === 'video' ? (rate(stream.avg_frame_rate) ?? rate(stream.r_frame_rate)) : null,
    pixelFormat: text(stream.pix_fmt),
    rotation: rotationOf(stream),
    channels: count(stream.channels),
    sampleRate: count(stream.sample_rate),
    isCover: Number(stream.disposition?.attached_pic) === 1,
  };
}

/** Degrees clockwise, from the display matrix (counter-clockwise there) or the older tag. */
function rotationOf(stream: RawStream): number {
  const matrix = stream.side_data_list?.map(({ rotation }) => Number(rotation)).find(Number.isFinite);
  const degrees = matrix === undefined ? Number(stream.tags?.rotate ?? 0) : -matrix;
  return Number.isFinite(degrees) ? (((Math.round(degrees / 90) * 90) % 360) + 360) % 360 : 0;
}

function displaySize(picture: MediaStream | undefined, raw: RawStream[]): { width: number | null; height: number | null } {
  if (!picture?.width || !picture.height) return { width: null, height: null };
  const ratio =
    rate(String(raw.find(({ index }) => index === picture.index)?.sample_aspect_ratio ?? '').replace(':', '/')) ?? 1;
  const width = Math.round(picture.width * (ratio > 0.1 && ratio < 10 ? ratio : 1));
  const turned = picture.rotation % 180 !== 0;
  return turned ? { width: picture.height, height: width } : { width, height: picture.height };
}

function boundDuration(format: Tags, streams: RawStream[], corrections: string[]): number {
  const claims = [format.duration, ...streams.map(({ duration }) => duration)].map(Number);
  const seconds = claims.find((claim) => Number.isFinite(claim) && claim > 0) ?? 0;
  if (seconds <= LONGEST_SECONDS) return seconds;
  corrections.push(`It claims to last ${Math.round(seconds / 86_400)} days; 30 days are taken.`);
  return LONGEST_SECONDS;
}

function describeChapter(chapter: NonNullable<RawProbe['chapters']>[number]): Chapter {
  const bound = (value: unknown) => Math.min(LONGEST_SECONDS, Math.max(0, Number(value) || 0));
  return { startSeconds: bound(chapter.start_time), endSeconds: bound(chapter.end_time), title: text(chapter.tags?.title) };
}

function describeTags(format: Tags, streams: RawStream[]): Metadata {
  const tags = lowerKeys(format);
  const apple = 'com.apple.quicktime.';
  const empty = emptyMetadata();
  return {
    ...empty,
    capturedAt: captureTime(tags, streams),
    place: placeOf(tags[`${apple}location.iso6709`] ?? tags.location ?? tags['location-eng']),
    camera: {
      ...empty.camera,
      make: text(tags[`${apple}make`] ?? tags.make ?? tags['com.android.manufacturer']),
      model: text(tags[`${apple}model`] ?? tags.model ?? tags['com.android.model']),
      software: text(tags[`${apple}software`] ?? tags.encoder),
    },
    title: text(tags.title),
    description: text(tags.description ?? tags.synopsis ?? tags.comment),
    keywords: (text(tags.keywords ?? tags.genre) ?? '')
      .split(/[;,]/)
      .map((word) => word.trim())
      .filter(Boolean)
      .slice(0, 200),
    creator: text(tags.artist ?? tags.album_artist ?? tags.author ?? tags.composer),
    copyright: text(tags.copyright),
    tags: shortenTags({ format, streams: streams.map((stream) => stream.tags ?? {}) }),
  };
}

function lowerKeys(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]));
}

function captureTime(tags: Tags, streams: RawStream[]): CaptureTime | null {
  const sources: Array<[string, unknown]> = [
    ['com.apple.quicktime.creationdate', tags['com.apple.quicktime.creationdate']],
    ['creation_time', tags.creation_time],
    ['date', tags.date],
    ...streams.map((stream): [string, unknown] => ['creation_time', stream.tags?.creation_time]),
  ];
  for (const [source, value] of sources) {
    const time = parseClock(value, undefined, null, source);
    // Containers count from 1904 or 1970, so a clock that was never set shows one of these days.
    if (time && !/^(1904|1970)-01-01/.test(time.local)) return time;
  }
  return null;
}

/** ISO 6709, `+48.8577+002.2950+035/`: degrees, and metres if present. */
export function placeOf(value: unknown): Place | null {
  const match = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?/.exec(String(value ?? ''));
  if (!match) return null;
  const latitude = Number(match[1]);
  const longitude = Number(match[2]);
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return null;
  return { latitude, longitude, altitudeMetres: match[3] === undefined ? null : Number(match[3]) };
}

function rate(value: unknown): number | null {
  const [above, below = 1] = String(value ?? '')
    .split('/')
    .map(Number);
  const result = Number(above) / below;
  return Number.isFinite(result) && result > 0 && result <= MOST_FRAMES_PER_SECOND ? Math.round(result * 1000) / 1000 : null;
}

function count(value: unknown): number | null {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? Math.round(number) : null;
}

function pixels(value: unknown): number | null {
  const number = count(value);
  return number !== null && number > 0 && number <= 65_535 ? number : null;
}

function text(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const cleaned = String(value)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 2000);
  return cleaned || null;
}
