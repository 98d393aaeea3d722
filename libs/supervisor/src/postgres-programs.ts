import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';

const installed = '/usr/lib/postgresql';

function installedVersions(): number[] {
  if (!existsSync(installed)) return [];
  return readdirSync(installed)
    .map(Number)
    .filter((version) => existsSync(join(installed, String(version), 'bin', 'postgres')))
    .sort((left, right) => right - left);
}

function hasVectors(version: number): boolean {
  return existsSync(`/usr/share/postgresql/${version}/extension/vector.control`);
}

/** Major version of an existing data folder, undefined where there is none yet. */
export function dataVersion(folder: string): number | undefined {
  const file = join(folder, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : undefined;
}

/**
 * Folder with `initdb` and `postgres` that fit a data folder: its own version, or the newest installed for a new one.
 * Throws POSTGRES_MISSING or POSTGRES_VERSION_MISSING.
 */
export function postgresPrograms(folder: string): { programs: string; version: number } {
  const versions = installedVersions();
  const needed = dataVersion(folder);
  // Where several are installed: the newest that can hold vectors.
  const version = needed ?? versions.find(hasVectors) ?? versions[0];
  if (version === undefined)
    throw new HoldfastError('POSTGRES_MISSING', {
      kind: 'unavailable',
      message: `No PostgreSQL server is installed below ${installed}.`,
      action: 'Run `./holdfast up`, which installs it, or `apt-get install postgresql`.',
    });
  if (!versions.includes(version))
    throw new HoldfastError('POSTGRES_VERSION_MISSING', {
      kind: 'unavailable',
      message: `${folder} was made by PostgreSQL ${version}; installed: ${versions.join(', ') || 'none'}.`,
      action: `Install postgresql-${version} beside the newer one (or keep using the Debian release that made the data).`,
    });
  return { programs: join(installed, String(version), 'bin'), version };
}
