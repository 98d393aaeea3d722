import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HoldfastError } from '#kernel';
import {
  type PostgresSettings,
  postgresSuperuser,
  renderAccessRules,
  renderAccountMap,
  renderPostgresConfig,
} from './postgres-files.ts';
import { dataVersion, postgresPrograms } from './postgres-programs.ts';
import { endProcess, lastLines, type ServerProcess, startProcess } from './server-process.ts';
import { currentOsUser, type OsUser } from './server-user.ts';
import { stopStepsOf } from './stop-steps.ts';

export interface PostgresOptions {
  /** Data folder; made when it does not exist. Its parent must belong to the account. */
  folder: string;
  /** Folder of the unix socket: short, private, existing. */
  socketFolder: string;
  logFile: string;
  settings: PostgresSettings;
  /** Account to run as; the caller's own unless root says otherwise. */
  user?: OsUser | undefined;
  /** Text in the server's environment by which left-overs are known as ours. */
  home: string;
  /** Gives up starting. */
  abort?: AbortSignal | undefined;
}

/** A private PostgreSQL that answers. */
export interface PrivatePostgres {
  process: ServerProcess;
  socketFolder: string;
  version: string;
  /** Fast shutdown: running transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

function serverEnvironment(home: string): Record<string, string> {
  return { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOLDFAST_HOME: home };
}

/** Makes the data folder beside its place and renames it, so that a killed `initdb` leaves nothing that looks whole. */
async function createDataFolder(options: PostgresOptions, programs: string): Promise<void> {
  if (existsSync(options.folder) && readdirSync(options.folder).length > 0)
    throw new HoldfastError('POSTGRES_FOLDER_FOREIGN', {
      kind: 'conflict',
      message: `${options.folder} holds files, but no PostgreSQL data.`,
      action: 'Move them elsewhere, or point HOLDFAST_HOME at another folder.',
    });
  const fresh = `${options.folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const account = options.user
    ? [`--reuid=${options.user.uid}`, `--regid=${options.user.gid}`, '--init-groups']
    : ['--no-new-privs'];
  try {
    await promisify(execFile)(
      'setpriv',
      [
        ...account,
        '--',
        join(programs, 'initdb'),
        ...[`--pgdata=${fresh}`, `--username=${postgresSuperuser}`, '--auth=peer', '--data-checksums'],
        ...['--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions', ...(options.settings.durable ? [] : ['--no-sync'])],
      ],
      { cwd: dirname(options.folder), env: serverEnvironment(options.home), signal: options.abort },
    );
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new HoldfastError('POSTGRES_INIT_FAILED', {
      kind: 'unavailable',
      message: `PostgreSQL's data folder ${options.folder} could not be made: ${stderr?.trim() || (cause as Error).message}`,
      action: 'Correct what it names and start again.',
      cause,
    });
  }
  rmSync(options.folder, { recursive: true, force: true });
  renameSync(fresh, options.folder);
}

function writeIfChanged(file: string, text: string, user: OsUser): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  chownSync(`${file}.new`, user.uid, user.gid);
  renameSync(`${file}.new`, file);
}

/** Whether the server lets us in. Throws what it says when that is not "still starting". */
async function answers(socketFolder: string): Promise<boolean> {
  const { Client } = await import('pg');
  const client = new Client({ host: socketFolder, user: postgresSuperuser, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '57P03' || code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Waits until the server answers; replaying its log after a crash may take minutes. */
async function untilReady(server: ServerProcess, options: PostgresOptions): Promise<void> {
  const deadline = performance.now() + 600_000;
  while (!(await answers(options.socketFolder))) {
    options.abort?.throwIfAborted();
    if (server.exit || performance.now() > deadline)
      throw new HoldfastError('POSTGRES_START_FAILED', {
        kind: 'unavailable',
        message: `PostgreSQL ${server.exit ? 'ended while starting' : 'did not answer within ten minutes'}: ${lastLines(options.logFile)}`,
        action: `Its log is ${options.logFile}.`,
      });
    await sleep(25);
  }
}

/** Starts a PostgreSQL of our own on a unix socket, making its data folder first where there is none, and waits until it answers. */
export async function startPrivatePostgres(options: PostgresOptions): Promise<PrivatePostgres> {
  const { programs, version } = postgresPrograms(options.folder);
  const user = options.user ?? currentOsUser();
  mkdirSync(dirname(options.folder), { recursive: true });
  if (dataVersion(options.folder) === undefined) await createDataFolder(options, programs);
  writeIfChanged(join(options.folder, 'postgresql.conf'), renderPostgresConfig(options.settings, options.socketFolder), user);
  writeIfChanged(join(options.folder, 'pg_hba.conf'), renderAccessRules(), user);
  writeIfChanged(join(options.folder, 'pg_ident.conf'), renderAccountMap(user), user);
  const server = startProcess({
    command: join(programs, 'postgres'),
    args: ['-D', options.folder],
    folder: options.folder,
    environment: serverEnvironment(options.home),
    logFile: options.logFile,
    user: options.user,
    deathSignal: 'SIGINT',
  });
  const stop = async () => {
    await endProcess(server.identity, stopStepsOf('postgres'));
    await server.exited;
  };
  try {
    await untilReady(server, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return { process: server, socketFolder: options.socketFolder, version: String(version), stop };
}
