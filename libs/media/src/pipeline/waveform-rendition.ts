import type { Waveform } from '../parsers/index.ts';
import type { MadeRendition } from './picture-store.ts';

/** The outline of a sound as a rendition: JSON that the player draws. None where there is no sound. */
export function waveformRendition(waveform: Waveform | undefined): MadeRendition[] {
  if (!waveform) return [];
  const { peaks, ...detail } = waveform;
  const bytes = Buffer.from(JSON.stringify(waveform));
  return [
    {
      kind: 'waveform',
      position: 0,
      bytes,
      mediaType: 'application/json',
      width: peaks.length,
      height: null,
      detail,
    },
  ];
}
