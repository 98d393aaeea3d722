import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { asHoldfastError, currentContext, HoldfastError, newId } from '#kernel';
import { type KeyOwner, Keyring, openBuffer, sealBuffer } from '#keys';
import {
  divideText,
  readPart,
  type SpokenSegment,
  type TextPart,
  type TextPlace,
  type TextSegmentRow,
  type TextSource,
} from './domain/text-parts.ts';
import {
  type SealedPart,
  type SealedText,
  SealedTextRepository,
  type SegmentPlace,
  type StoredSegment,
  type TextOwner,
  versionOf,
} from './sealed-text.repository.ts';
import { keysAreAway, textDamaged, textOwnerChanged } from './text-errors.ts';

const compress = promisify(deflate);

/** A segment with what it says, or why that cannot be read. */
export type OpenedSegment = Omit<StoredSegment, 'part'> & { error: HoldfastError | null };

/** Texts of an asset as they were at one moment. */
export interface OpenedText {
  /** Of all texts of the asset together. */
  version: string;
  segments: OpenedSegment[];
}

/**
 * What is read and said in assets: sealed before it is stored, opened when somebody reads it. Rows are read and written in the caller's transaction; keys are made and
 * used outside of one, for they may have to be asked for. Works for the organisation of the current context.
 */
@Injectable()
export class AssetTexts {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SealedTextRepository) private readonly repository: SealedTextRepository,
    @Inject(Keyring) private readonly keyring: Keyring,
  ) {}

  /** Seals the text of one source, for whoever the original is locked for. Throws KEYS_* where nothing can be locked now. */
  async seal(assetId: string, source: TextSource, segments: readonly TextSegmentRow[]): Promise<SealedText> {
    const owner = await this.database.run((sql) => this.repository.findOwner(sql, assetId));
    const divided = owner ? divideText({ assetId, source }, segments) : [];
    const parts = await Promise.all(divided.map((part) => this.sealPart(part, ownerOf(owner))));
    return { assetId, source, owner, segments, parts };
  }

  /** Stores a text in the place of what was found by that source before. Throws MEDIA_TEXT_OWNER_CHANGED. */
  async replace(sql: Sql, text: SealedText): Promise<void> {
    await this.requireOwner(sql, text);
    await this.repository.remove(sql, text);
    if (text.segments.length === 0) return;
    await this.repository.addSegments(sql, text, text.segments);
    await this.repository.addParts(sql, text);
  }

  /** Locks the asset. Throws MEDIA_TEXT_OWNER_CHANGED unless the text belongs to whom it was sealed for; keeps it so until the transaction ends. */
  async requireOwner(sql: Sql, text: SealedText): Promise<void> {
    if (!(await this.repository.holdOwner(sql, text)) && text.parts.length > 0) throw textOwnerChanged(text);
  }

  /** The segments of an asset as they are stored, by source and position. */
  find(sql: Sql, assetId: string): Promise<StoredSegment[]> {
    return this.repository.ofAsset(sql, assetId);
  }

  /** Segments as they are stored, with the parts that say what is in them. */
  findSegments(sql: Sql, places: readonly SegmentPlace[]): Promise<StoredSegment[]> {
    return this.repository.at(sql, places);
  }

  /** All that an asset says, by source and position. Throws KEYS_*, MEDIA_TEXT_DAMAGED. */
  async read(assetId: string): Promise<OpenedSegment[]> {
    const { segments } = await this.readOpenable(assetId);
    for (const { error } of segments) if (error) throw error;
    return segments;
  }

  /** All that an asset says; what is damaged or erased is marked so. Throws KEYS_SEALED and KEYS_UNAVAILABLE. */
  async readOpenable(assetId: string): Promise<OpenedText> {
    const stored = await this.database.run((sql) => this.find(sql, assetId));
    const segments = await this.open(stored);
    for (const { error } of segments) if (error && keysAreAway(error)) throw error;
    return { version: versionOf(stored), segments };
  }

  /** What was read before the transaction, where that is still what is stored; otherwise what is stored now. */
  async current(sql: Sql, assetId: string, ahead: OpenedText): Promise<OpenedText> {
    return (await this.repository.version(sql, assetId)) === ahead.version ? ahead : this.readOpenable(assetId);
  }

  /** What stored segments say, each or why not. Each part is opened once, all of them at the same time. */
  async open(stored: readonly StoredSegment[]): Promise<OpenedSegment[]> {
    const opening = new Map<string, Promise<Map<number, SpokenSegment> | HoldfastError>>();
    for (const { part, assetId, source } of stored)
      if (part && !opening.has(part.id)) opening.set(part.id, this.openPart({ assetId, source }, part));
    return Promise.all(
      stored.map(async ({ part, ...segment }) => {
        if (!part) return { ...segment, error: null };
        const opened = await opening.get(part.id);
        if (opened instanceof HoldfastError) return { ...segment, error: opened };
        const said = opened?.get(segment.position);
        return said ? { ...segment, ...said, error: null } : { ...segment, error: textDamaged(segment) };
      }),
    );
  }

  private async sealPart({ firstPosition, json }: TextPart, owner: KeyOwner): Promise<SealedPart> {
    const id = newId();
    const packed = await compress(json);
    const { dataKey, wrapped } = await this.keyring.newDataKey(owner, id);
    try {
      return { firstPosition, id, sealed: sealBuffer(dataKey, contextOf(id), packed), key: wrapped };
    } finally {
      dataKey.fill(0);
    }
  }

  /** Never rejects: whoever reads many texts goes on with the others. */
  private async openPart(
    place: TextPlace,
    { id, sealed, key }: SealedPart,
  ): Promise<Map<number, SpokenSegment> | HoldfastError> {
    try {
      const dataKey = await this.keyring.openDataKey(key, id);
      try {
        const packed = openBuffer(dataKey, contextOf(id), sealed);
        return readPart(place, inflateSync(packed).toString()) ?? textDamaged(place);
      } finally {
        dataKey.fill(0);
      }
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      // What inflates or parses badly after it opened was sealed so: ours, but no less lost.
      return error.kind === 'corrupted' || error.kind === 'bug' ? textDamaged(place, thrown) : error;
    }
  }
}

/** A part is never changed, so its id names it and its version at once. */
function contextOf(id: string) {
  return { organisationId: currentContext().organisationId, objectId: id, version: 1 };
}

function ownerOf(owner: TextOwner | undefined): KeyOwner {
  if (owner?.keyId) return { keyId: owner.keyId };
  return owner?.addedBy ? { kind: 'person', id: owner.addedBy } : { kind: 'organisation' };
}
