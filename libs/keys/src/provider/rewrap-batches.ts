import type { RewrapItem } from './key-provider.ts';

const mostItems = 500;
const mostBytes = 262_144;

/** Cuts a batch into those that fit one message. */
export function* rewrapBatches(items: readonly RewrapItem[]): Generator<RewrapItem[]> {
  let batch: RewrapItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item.ciphertext.length + item.associatedData.length;
    if (batch.length > 0 && (batch.length === mostItems || bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
