import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { objectSubject } from '../http/storage.contract.ts';

/** What an object is part of, as the room above knows it. */
export type ObjectSubject = z.input<typeof objectSubject>;
/** Answers by id of the object, for the current context and as far as that may see it. */
export type SubjectLookup = (objectIds: readonly string[]) => Promise<ReadonlyMap<string, ObjectSubject>>;

/** Asks whoever knows what objects are part of; the library registers. */
@Injectable()
export class ObjectSubjects {
  private lookup: SubjectLookup | undefined;

  register(lookup: SubjectLookup): void {
    this.lookup = lookup;
  }

  /** Adds to each what its object is part of; null where nobody knows, or the caller may not. */
  async addTo<Item extends { objectId: string }>(items: readonly Item[]): Promise<(Item & { asset: ObjectSubject | null })[]> {
    const ids = [...new Set(items.map(({ objectId }) => objectId))];
    const known = ids.length > 0 ? await this.lookup?.(ids) : undefined;
    return items.map((item) => ({ ...item, asset: known?.get(item.objectId) ?? null }));
  }
}
