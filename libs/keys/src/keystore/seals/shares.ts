import { randomBytes } from 'node:crypto';
import { joinSecret, splitSecret } from '../domain/shamir.ts';
import { formatShare, parseShare } from '../domain/share-text.ts';
import { unsealFailed, unwrapMaster, wrapMaster } from './master-wrap.ts';

/** Any three of five people open the keystore; two may be lost. */
const threshold = 3;
const count = 5;

/** What is written down of a set of shares. */
export interface ShareSet {
  setId: string;
  threshold: number;
  shares: number;
  wrapped: string;
}

/**
 * A new set of shares and what is written down of it. What is shared is a key of the set's own that wraps the master key: a set that is
 * replaced no longer opens the store.
 */
export function makeShareSet(master: Buffer, storeId: string): { record: ShareSet; shares: Buffer[] } {
  const key = randomBytes(32);
  const setId = randomBytes(6);
  const points = splitSecret(key, threshold, count);
  const shares = points.map((point) => formatShare({ ...point, setId, threshold }));
  for (const { value } of points) value.fill(0);
  const wrapped = wrapMaster(key, master, storeId, `shares ${setId.toString('hex')}`);
  key.fill(0);
  return { record: { setId: setId.toString('hex'), threshold, shares: count, wrapped }, shares };
}

/**
 * The master key, from the texts of shares. Too few, one twice, a slip of the pen, another set, wrong ones: all give the same
 * KEYS_UNSEAL_FAILED, so that nobody can try shares one by one.
 */
export function openWithShares(record: ShareSet, storeId: string, texts: readonly Buffer[]): Buffer {
  const shares = texts.map((text) => parseShare(text));
  const known = shares.filter((share) => share !== undefined && share.setId.toString('hex') === record.setId);
  const points = known.flatMap((share) => share ?? []);
  const indexes = new Set(points.map(({ index }) => index));
  const areUsable = points.length === texts.length && indexes.size === points.length && points.length >= record.threshold;
  const key = areUsable ? joinSecret(points) : undefined;
  try {
    if (!key) throw unsealFailed();
    return unwrapMaster(key, record.wrapped, storeId, `shares ${record.setId}`);
  } finally {
    key?.fill(0);
    for (const share of shares) share?.value.fill(0);
  }
}
