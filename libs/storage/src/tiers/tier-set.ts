import { HoldfastError, newId } from '#kernel';
import type { TierSettings } from '#manifest';
import type { SeenTier } from './domain/tier.ts';
import type { TierMarker } from './domain/tier-marker.ts';
import type { ClaimedTier, TierRepository } from './tier.repository.ts';
import { TierFolder } from './tier-folder.adapter.ts';

/** How long a tier that carries the same sign on the same device need not be looked at in full. */
const signedMs = 1000;

/** What is said of a tier beside its settings. */
type Finding = Omit<SeenTier, 'settings'>;

/**
 * The declared tiers and whether each is what it says: its folder carries the marker that was written at first, on the file system that was
 * declared or found then. A disk that is missing or another one is seen before anything is decided, copied or removed.
 */
export class TierSet {
  readonly #settings: readonly TierSettings[];
  readonly #folders: Map<string, TierFolder>;
  readonly #repository: Pick<TierRepository, 'claimed' | 'claim'>;
  readonly #home: string;
  readonly #signs = new Map<string, { sign: string; seen: SeenTier; at: number }>();
  #claimed: Map<string, ClaimedTier> | undefined;

  constructor(settings: readonly TierSettings[], home: string, repository: Pick<TierRepository, 'claimed' | 'claim'>) {
    this.#settings = settings;
    this.#home = home;
    this.#repository = repository;
    this.#folders = new Map(settings.map(({ name, path }) => [name, new TierFolder(path)]));
  }

  /** Names of the declared tiers, from fast to large. */
  get names(): string[] {
    return this.#settings.map(({ name }) => name);
  }

  settingsOf(name: string): TierSettings {
    const found = this.#settings.find((tier) => tier.name === name);
    if (found) return found;
    throw new HoldfastError('STORAGE_TIER_UNKNOWN', {
      kind: 'not-found',
      message: `There is no tier ${name}.`,
      action: `Name one of: ${this.names.join(', ')}.`,
      values: { tier: name },
    });
  }

  /** The folder of a tier. Throws STORAGE_TIER_UNKNOWN. */
  rootOf(name: string): string {
    return this.settingsOf(name).path;
  }

  /** Marks what is there as the declared tiers, each once in its life; harmless when repeated. Answers what it found. */
  async claim(): Promise<SeenTier[]> {
    const claimed = await this.#repository.claimed();
    for (const tier of this.#settings) if (!claimed.has(tier.name)) await this.#claimOne(tier);
    this.#claimed = undefined;
    return this.lookAll();
  }

  /** Every declared tier as it is now. */
  async lookAll(): Promise<SeenTier[]> {
    return Promise.all(this.#settings.map(({ name }) => this.look(name)));
  }

  /** A tier as it is now. */
  async look(name: string): Promise<SeenTier> {
    const settings = this.settingsOf(name);
    const found = await this.#find(settings).catch((cause: NodeJS.ErrnoException) => failing(cause));
    if (found.state !== 'ready') this.#signs.delete(name);
    return { settings, ...found };
  }

  /**
   * Throws STORAGE_TIER_NOT_READY with the reason unless the tier can be relied on. Asked before every copy: device and marker are looked at
   * each time, all else (also whether the disk itself answers) once a second.
   */
  async requireReady(name: string): Promise<SeenTier> {
    const folder = this.#folderOf(name);
    const sign = await folder.sign().catch(() => undefined);
    const known = this.#signs.get(name);
    if (known && known.sign === sign && performance.now() - known.at < signedMs) return known.seen;
    const seen = await this.requireReadyNow(name);
    if (sign !== undefined) this.#signs.set(name, { sign, seen, at: performance.now() });
    return seen;
  }

  /** The same, looked at in full this very moment: before the last other copy of something goes. */
  async requireReadyNow(name: string): Promise<SeenTier> {
    const seen = await this.look(name);
    if (seen.state === 'ready') return seen;
    throw new HoldfastError('STORAGE_TIER_NOT_READY', {
      kind: 'unavailable',
      message: `The tier ${name} is ${seen.state}: ${seen.reason}`,
      action: 'See docs/runbooks/tier-missing.md; what was being moved goes on by itself afterwards.',
      values: { tier: name, state: seen.state },
    });
  }

  async #claimOne({ name, path, fileSystemUuid }: TierSettings): Promise<void> {
    const folder = this.#folderOf(name);
    try {
      if (path.startsWith(`${this.#home}/`)) await folder.make();
      const { uuid } = await folder.fileSystem();
      if (fileSystemUuid !== null && uuid !== fileSystemUuid) return;
      const marker = (await folder.readMarker()) ?? (await folder.writeMarker({ id: newId(), name }));
      if (!isMarkerOf(marker, name)) return;
      await this.#repository.claim({ name, id: marker.id, fileSystemUuid: uuid });
    } catch (cause) {
      // What is wrong with the place is said by looking at it.
      if (cause instanceof HoldfastError) throw cause;
    }
  }

  async #find(settings: TierSettings): Promise<Finding> {
    const folder = this.#folderOf(settings.name);
    const fileSystem = await folder.fileSystem().catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
      throw cause;
    });
    if (!fileSystem) return absent(`The folder ${settings.path} does not exist; mount its disk there.`);
    const { uuid, device, type, isReadOnly } = fileSystem;
    const seen = { fileSystem: uuid ?? device, fileSystemUuid: uuid, fileSystemType: type, room: await folder.room() };
    const wrong = await this.#wrongness(settings, uuid, await folder.readMarker());
    if (wrong) return { ...seen, ...wrong, room: null };
    if (isReadOnly || !(await folder.isWritable()))
      return {
        ...seen,
        state: 'read-only',
        reason: `${settings.path} cannot be written; the system may have found errors on its disk.`,
      };
    return { ...seen, state: 'ready', reason: null };
  }

  async #wrongness(
    { name, path, fileSystemUuid }: TierSettings,
    uuid: string | null,
    marker: TierMarker | 'unreadable' | undefined,
  ): Promise<Pick<Finding, 'state' | 'reason'> | undefined> {
    if (fileSystemUuid !== null && uuid !== fileSystemUuid)
      return {
        state: 'wrong',
        reason: `The file system at ${path} is ${uuid ?? 'one without a known UUID'}; the manifest declares ${fileSystemUuid}.`,
      };
    const claimed = await this.#claimOf(name);
    if (marker === undefined)
      return claimed
        ? { state: 'missing', reason: `${path} carries no marker; its disk is probably not mounted.` }
        : {
            state: 'missing',
            reason: `${path} has not been taken into use; a worker with the role storage does it when it starts.`,
          };
    if (!isMarkerOf(marker, name)) return { state: 'wrong', reason: `${path} carries the marker of ${whoseIs(marker)}.` };
    if (claimed && marker.id !== claimed.id)
      return { state: 'wrong', reason: `${path} carries the marker of another appliance's tier ${name} (${marker.id}).` };
    if (claimed?.fileSystemUuid && uuid && claimed.fileSystemUuid !== uuid)
      return {
        state: 'wrong',
        reason: `The file system at ${path} is ${uuid}; the tier was taken into use on ${claimed.fileSystemUuid}.`,
      };
    return claimed
      ? undefined
      : { state: 'missing', reason: `${path} is marked but not taken into use yet; start a worker with the role storage.` };
  }

  /** What was claimed does not change, so it is read from the database until it is there. */
  async #claimOf(name: string): Promise<ClaimedTier | undefined> {
    if (!this.#claimed?.has(name)) this.#claimed = await this.#repository.claimed();
    return this.#claimed.get(name);
  }

  #folderOf(name: string): TierFolder {
    return this.#folders.get(name) ?? new TierFolder(this.rootOf(name));
  }
}

function whoseIs(marker: TierMarker | 'unreadable'): string {
  return marker === 'unreadable' ? 'nothing known' : `the tier ${marker.name}`;
}

function isMarkerOf(marker: TierMarker | 'unreadable' | undefined, name: string): marker is TierMarker {
  return marker !== undefined && marker !== 'unreadable' && marker.name === name;
}

function absent(reason: string): Finding {
  return { state: 'missing', reason, fileSystem: null, fileSystemUuid: null, fileSystemType: null, room: null };
}

function failing(cause: NodeJS.ErrnoException): Finding {
  if (cause instanceof HoldfastError) throw cause;
  return { ...absent(`The system answers: ${cause.message}`), state: 'failing' };
}
