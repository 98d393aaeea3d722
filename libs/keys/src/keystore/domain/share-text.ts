import { createHash } from 'node:crypto';
import type { SharePoint } from './shamir.ts';

/** A share as somebody keeps it: of which set, how many of the set are needed, and its point. */
export interface Share extends SharePoint {
  /** Six random bytes that all shares of a set have in common. */
  setId: Buffer;
  threshold: number;
}

const formatVersion = 1;
const secretBytes = 32;
const setIdBytes = 6;
const checksumBytes = 4;
/** version, set, index, threshold, value, checksum: 45 bytes are 72 characters of base32 without padding. */
const shareBytes = 1 + setIdBytes + 1 + 1 + secretBytes + checksumBytes;
const groupLength = 6;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update('holdfast-share').update(bytes).digest().subarray(0, checksumBytes);
}

/** Characters of base32 (RFC 4648) as bytes, in groups that a person can copy. Five bytes at a time: none is left over. */
function toGroups(bytes: Uint8Array): Buffer {
  const letters: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) {
      if (letters.length % (groupLength + 1) === groupLength) letters.push(0x2d);
      letters.push(alphabet.charCodeAt((held >> (bits - 5)) & 31));
    }
  }
  const text = Buffer.from(letters);
  letters.fill(0);
  return text;
}

/** The bytes behind base32 groups; undefined when other characters than letters, digits, spaces and hyphens are among them. */
function fromGroups(text: Uint8Array): Buffer | undefined {
  const bytes = Buffer.alloc(shareBytes);
  let length = 0;
  let held = 0;
  let bits = 0;
  for (const code of text) {
    if (code === 0x2d || code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    const value = alphabet.indexOf(String.fromCharCode(code).toUpperCase());
    if (value < 0 || length === shareBytes) return undefined;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (held >> bits) & 0xff;
    }
  }
  return length === shareBytes ? bytes : undefined;
}

/** A share to be written down: twelve groups of six letters and digits. Bytes, not a string, so that they can be wiped. */
export function formatShare(share: Share): Buffer {
  const body = Buffer.concat([
    Buffer.from([formatVersion]),
    share.setId,
    Buffer.from([share.index, share.threshold]),
    share.value,
  ]);
  const whole = Buffer.concat([body, checksum(body)]);
  const text = toGroups(whole);
  body.fill(0);
  whole.fill(0);
  return text;
}

/** The share behind a text, whatever its case and grouping; undefined for a slip of the pen, another version or no share at all. */
export function parseShare(text: Uint8Array): Share | undefined {
  const bytes = fromGroups(text);
  if (!bytes) return undefined;
  const body = bytes.subarray(0, shareBytes - checksumBytes);
  if (body[0] !== formatVersion || !checksum(body).equals(bytes.subarray(body.length))) return undefined;
  const at = 1 + setIdBytes;
  const [index = 0, threshold = 0] = body.subarray(at);
  if (index === 0 || threshold < 2) return undefined;
  return { setId: body.subarray(1, at), index, threshold, value: body.subarray(at + 2) };
}
