import type { MediaStream, Probe } from '../parser-results.ts';

const plainPixels = new Set(['yuv420p', 'yuvj420p']);

/** Whether every current browser plays a recording as it is: container, codecs, and 8-bit 4:2:0 pixels. */
export function isBrowserPlayable(probe: Pick<Probe, 'streams'>, mediaType: string, brand: string | null): boolean {
  const picture = probe.streams.find(({ kind, isCover }) => kind === 'video' && !isCover);
  const sound = probe.streams.find(({ kind }) => kind === 'audio');
  if (!picture) return sound !== undefined && playsAlone(sound.codec, mediaType);
  if (!plainPixels.has(picture.pixelFormat ?? '')) return false;
  if (mediaType === 'video/webm') return ['vp8', 'vp9', 'av1'].includes(picture.codec) && plays(sound, ['opus', 'vorbis']);
  // QuickTime's own brand is refused by Firefox.
  if (!['video/mp4', 'video/3gpp'].includes(mediaType) || brand === 'qt') return false;
  return ['h264', 'av1'].includes(picture.codec) && plays(sound, ['aac', 'mp3']);
}

function plays(sound: MediaStream | undefined, codecs: string[]): boolean {
  return sound === undefined || codecs.includes(sound.codec);
}

function playsAlone(codec: string, mediaType: string): boolean {
  const codecs: Record<string, string[]> = {
    'audio/mpeg': ['mp3'],
    'audio/mp4': ['aac'],
    'audio/aac': ['aac'],
    'audio/flac': ['flac'],
    'audio/wav': ['pcm_s16le', 'pcm_u8', 'pcm_f32le'],
  };
  return codecs[mediaType]?.includes(codec) ?? false;
}
