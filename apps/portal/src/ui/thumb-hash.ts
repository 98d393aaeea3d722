import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';

const remembered = new Map<string, string>();
const most = 2000;

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The blurred picture of a thumbhash as a data URL; undefined when the hash is broken. Recent ones are remembered. */
export function thumbHashUrl(hash: string): string | undefined {
  const known = remembered.get(hash);
  if (known) return known;
  try {
    const url = thumbHashToDataURL(bytesOf(hash));
    if (remembered.size >= most) remembered.delete(remembered.keys().next().value as string);
    remembered.set(hash, url);
    return url;
  } catch {
    return undefined;
  }
}

/** The mean colour of a thumbhash, in CSS. */
export function thumbHashColour(hash: string): string | undefined {
  try {
    const { r, g, b } = thumbHashToAverageRGBA(bytesOf(hash));
    return `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)})`;
  } catch {
    return undefined;
  }
}
