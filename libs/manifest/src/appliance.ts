import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { HoldfastError } from '#kernel';
import type { Manifest } from './manifest.schema.ts';
import { readManifest } from './manifest-file.ts';
import { type SettledManifest, settleFigures } from './settings/settled-manifest.ts';
import type { TierSettings } from './tiers.schema.ts';

/** The declared appliance with every path absolute and every figure that follows from a budget. */
export interface Appliance extends SettledManifest {
  /** Folder that holds all data (`HOLDFAST_HOME`, default `var/` in the checkout). */
  home: string;
  /** Folder of the code: where `package.json`, `config/` and `dist/` lie. */
  checkout: string;
  /** The file that declares it (`HOLDFAST_MANIFEST`, default `config/appliance.yaml` in the checkout). */
  manifestFile: string;
  /** Git repository of the generations of that file. */
  generations: string;
  /** Whether units of systemd run the services, and not `./holdfast up`. */
  isRunBySystemd: boolean;
  /** Folder of PostgreSQL's unix socket. Of a private one, and then of the other private sockets too: `paths.run`, or a short private folder where that path is too long for a socket. */
  socketFolder: string;
  /** Part of the name of PostgreSQL's unix socket. */
  databasePort: number;
  /** Redis' unix socket. */
  redisSocket: string;
  /** The embedded keystore's unix socket: in a folder of its own that nobody else may enter, or where the manifest says that the machine's keystore listens. */
  keystoreSocket: string;
  /** Name of the database, and number of the Redis database: others in tests only. */
  databaseName: string;
  redisDatabase: number;
}

/** A unix socket's path has at most 107 bytes (unix(7)); `.s.PGSQL.5432.lock` is the longest name in the folder. */
const longestSocketFolder = 107 - '/.s.PGSQL.5432.lock'.length;

/** Where the sockets of an appliance lie: its run folder, or a folder below /tmp named by a hash of its home. */
export function socketFolderOf(home: string, runFolder: string): string {
  if (Buffer.byteLength(runFolder) <= longestSocketFolder) return runFolder;
  return `/tmp/holdfast-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
}

/** The checkout that this code runs from, found by walking up to its package.json. */
export function findCheckout(from: string = import.meta.dirname): string {
  let folder = from;
  while (folder !== dirname(folder)) {
    if (isHoldfast(join(folder, 'package.json'))) return folder;
    folder = dirname(folder);
  }
  throw new HoldfastError('MANIFEST_CHECKOUT_MISSING', { kind: 'bug', message: `No Holdfast checkout above ${from}.` });
}

function isHoldfast(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'holdfast';
  } catch {
    return false;
  }
}

/** The tier that takes in what is new. */
export function firstTier({ tiers }: Pick<Appliance, 'tiers'>): TierSettings {
  const [first] = tiers;
  if (!first) throw new HoldfastError('MANIFEST_INVALID', { kind: 'invalid', message: 'The manifest declares no tier.' });
  return first;
}

/** Every folder that the appliance makes for itself; what lies outside of its home (a tier's mount point, folders of Debian's servers) is made by others. */
export function ownFolders({
  home,
  paths,
  tiers,
  generations,
}: Pick<Appliance, 'home' | 'paths' | 'tiers' | 'generations'>): string[] {
  const all = [...Object.values(paths), generations, ...tiers.map(({ path }) => path)];
  return all.filter((path) => path.startsWith(`${home}/`));
}

/** Where the profiles of a checkout lie. */
export function profileFolder(checkout: string): string {
  return join(checkout, 'config', 'profiles');
}

interface Overrides {
  HOLDFAST_HOME?: string | undefined;
  HOLDFAST_MANIFEST?: string | undefined;
  HOLDFAST_PORT?: string | undefined;
}

/** Where the manifest, the code and the data lie, whatever the manifest says. */
function locate(environment: Overrides): Pick<Appliance, 'home' | 'checkout' | 'manifestFile' | 'generations'> {
  const checkout = findCheckout();
  const named = environment.HOLDFAST_MANIFEST;
  const manifestFile = named ? resolve(named) : join(checkout, 'config', 'appliance.yaml');
  const home = environment.HOLDFAST_HOME ? resolve(environment.HOLDFAST_HOME) : join(checkout, 'var');
  return { home, checkout, manifestFile, generations: join(home, 'config.git') };
}

/**
 * Reads the manifest with the profile that it names (`HOLDFAST_MANIFEST`, default `config/appliance.yaml`) and resolves its paths below `HOLDFAST_HOME`.
 * `HOLDFAST_PORT` overrides the port, for tests and second instances. Throws MANIFEST_UNREADABLE or MANIFEST_INVALID.
 */
export function loadAppliance(environment: Overrides = process.env): Appliance {
  const places = locate(environment);
  return settle(places, readManifest(places.manifestFile, profileFolder(places.checkout)), environment);
}

/** The same for whoever repairs the manifest: while it describes no appliance, folders lie where the profile `evaluation` has them. */
export function loadRepairableAppliance(environment: Overrides = process.env): Appliance {
  try {
    return loadAppliance(environment);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !['MANIFEST_UNREADABLE', 'MANIFEST_INVALID'].includes(error.code)) throw error;
    const places = locate(environment);
    const folder = profileFolder(places.checkout);
    return settle(places, readManifest(join(folder, 'evaluation.yaml'), folder), environment);
  }
}

function settle(places: ReturnType<typeof locate>, manifest: Manifest, environment: Overrides): Appliance {
  const { home } = places;
  if (environment.HOLDFAST_PORT) manifest.listen.port = parsePort(environment.HOLDFAST_PORT);
  const absolute = (path: string) => (isAbsolute(path) ? path : join(home, path));
  const paths = Object.fromEntries(
    Object.entries(manifest.paths).map(([name, path]) => [name, absolute(path)]),
  ) as Manifest['paths'];
  const tiers = manifest.tiers.map((tier) => ({ ...tier, path: absolute(tier.path) }));
  const isRunBySystemd = manifest.services.startedBy === 'systemd';
  return {
    ...settleFigures(manifest),
    ...places,
    tiers,
    ...(isRunBySystemd ? placesOfUnits(manifest, paths) : privatePlaces(manifest, home, paths)),
    isRunBySystemd,
    databaseName: 'holdfast',
    redisDatabase: 0,
  };
}

/** Where things are while `./holdfast up` runs them: everything below one home. */
function privatePlaces({ keys }: Manifest, home: string, paths: Manifest['paths']) {
  const socketFolder = socketFolderOf(home, paths.run);
  const keystoreSocket = keys.socket ?? join(socketFolder, 'keys', 'keyd.sock');
  return { paths, socketFolder, databasePort: 5432, redisSocket: join(socketFolder, 'redis.sock'), keystoreSocket };
}

/** Where things are while units run them: systemd/holdfast.tmpfiles makes the run folder, Debian's packages the folders of their servers. */
function placesOfUnits({ services, keys }: Manifest, paths: Manifest['paths']) {
  const { postgresql, redis, keystore } = services;
  const socket = keys.socket ?? keystore.socket;
  return {
    paths: { ...paths, run: '/run/holdfast-app', postgres: '/var/lib/postgresql', redis: '/var/lib/redis' },
    socketFolder: postgresql.socket,
    databasePort: postgresql.port,
    redisSocket: redis.socket,
    keys: { ...keys, socket },
    keystoreSocket: socket,
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new HoldfastError('MANIFEST_PORT_INVALID', { kind: 'invalid', message: `HOLDFAST_PORT is ${text}, which is no port.` });
}
