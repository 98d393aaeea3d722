/** Name of an ICC profile: its `desc` tag, in the old (ASCII) or the new (UTF-16) writing. Null when it has none. */
export function profileName(icc: Buffer | undefined): string | null {
  if (!icc || icc.length < 132) return null;
  const tags = Math.min(icc.readUInt32BE(128), 100);
  for (let index = 0; index < tags; index++) {
    const at = 132 + index * 12;
    if (at + 12 > icc.length) return null;
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue;
    const offset = icc.readUInt32BE(at + 4);
    return readText(icc.subarray(offset, offset + icc.readUInt32BE(at + 8)));
  }
  return null;
}

function readText(tag: Buffer): string | null {
  if (tag.length < 16) return null;
  const kind = tag.toString('latin1', 0, 4);
  if (kind === 'desc') return clean(tag.toString('latin1', 12, 12 + Math.min(tag.readUInt32BE(8), 200)));
  if (kind !== 'mluc' || tag.length < 28) return null;
  const start = tag.readUInt32BE(24);
  return clean(new TextDecoder('utf-16be').decode(tag.subarray(start, start + Math.min(tag.readUInt32BE(20), 400))));
}

function clean(text: string): string | null {
  return text.replace(/\p{Cc}+/gu, ' ').trim() || null;
}
