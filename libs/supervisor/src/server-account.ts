import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { HoldfastError } from '#kernel';
import { type Appliance, environmentOfCaller, ownFolders } from '#manifest';
import { asHomeError } from './home-folders.ts';
import { privateViewScript } from './private-view.ts';
import { chooseServerUser, findOsUser, type OsUser } from './server-user.ts';

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The account of the units where systemd runs them; else the data's owner where there are data already, else whom `chooseServerUser` names. */
function accountFor(appliance: Appliance, chosen: OsUser): OsUser {
  if (appliance.isRunBySystemd) return findOsUser(appliance.services.api.user) ?? chosen;
  const data = isFolder(appliance.home) ? lstatSync(appliance.paths.postgres, { throwIfNoEntry: false }) : undefined;
  const owner = data && data.uid !== 0 ? findOsUser(String(data.uid)) : undefined;
  return owner ?? chosen;
}

function makeFolderFor(folder: string, user: OsUser): void {
  if (existsSync(folder)) return;
  makeFolderFor(dirname(folder), user);
  mkdirSync(folder, { mode: 0o750 });
  chownSync(folder, user.uid, user.gid);
}

/** Gives a file or folder that root left, with all that root left in it, to the account; everybody else's stay as they are. */
function handOver(path: string, user: OsUser): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.uid !== 0) return;
  if (found.isDirectory()) for (const name of readdirSync(path)) handOver(join(path, name), user);
  lchownSync(path, user.uid, user.gid);
}

/** Only what the manifest names changes hands, so that a home set to a folder with other things in it harms none of them. */
function handOverHome(appliance: Appliance, user: OsUser): void {
  const { home } = appliance;
  const ours = new Set(ownFolders(appliance).filter((path) => isInside(path, home)));
  for (const path of ours) handOver(path, user);
  const holdsOnlyOurs = readdirSync(home).every((name) => [...ours].some((path) => isInside(path, join(home, name))));
  if (holdsOnlyOurs && lstatSync(home).uid === 0) chownSync(home, user.uid, user.gid);
}

function asUser(user: OsUser): string[] {
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--no-new-privs', '--'];
}

/** Of the given paths, those that the account may not enter. */
function closedTo(user: OsUser, paths: string[]): string[] {
  const script = 'for path; do [ -x "$path" ] || printf "%s\\0" "$path"; done';
  const { stdout } = spawnSync('setpriv', [...asUser(user), '/bin/sh', '-c', script, 'sh', ...paths], {
    cwd: '/',
    encoding: 'utf8',
  });
  return stdout.split('\0').filter(Boolean);
}

function withParents(path: string): string[] {
  return path === dirname(path) ? [path] : [...withParents(dirname(path)), path];
}

const isInside = (path: string, folder: string) => path === folder || path.startsWith(folder === sep ? sep : folder + sep);

/** Outermost folders that bar the way, and the folders to show behind them; both empty where the account can walk freely. */
export function planView(needed: string[], closed: string[]): { hidden: string[]; shown: string[] } {
  const tops = needed.filter((path) => !needed.some((other) => other !== path && isInside(path, other)));
  const hidden = closed.filter((path) => !closed.some((other) => other !== path && isInside(path, other)));
  return { hidden, shown: tops.filter((path) => hidden.some((barrier) => isInside(path, barrier))) };
}

function notReachable(user: OsUser, closed: string[], checkout: string): HoldfastError {
  return new HoldfastError('SUPERVISOR_CHECKOUT_UNREACHABLE', {
    kind: 'unavailable',
    message:
      `The appliance never runs as root but as ${user.name}, who may not enter ${closed.join(', ')}, and this machine allows no private ` +
      `view of it (unshare --mount).`,
    action: `Move ${checkout} to a folder that everyone may enter (/opt, /srv), or run: chmod o+x ${closed.join(' ')}`,
    values: { closed, user: user.name },
  });
}

/**
 * Called as root, replaces this process by the same command under the appliance's unprivileged account; returns at once when called by
 * anyone else. Where root's folders bar the way, the command gets a private view of the machine in which only they are open.
 * Throws SUPERVISOR_USER_MISSING or SUPERVISOR_CHECKOUT_UNREACHABLE.
 */
export function enterServerAccount(appliance: Appliance, home: 'make' | 'as-it-is'): void {
  const chosen = chooseServerUser();
  if (!chosen) return;
  const user = accountFor(appliance, chosen);
  try {
    if (home === 'make') makeFolderFor(appliance.home, user);
    if (isFolder(appliance.home)) handOverHome(appliance, user);
  } catch (error) {
    throw asHomeError(error, appliance.home);
  }
  const needed = [appliance.checkout, appliance.home].filter(isFolder).map((path) => realpathSync(path));
  const closed = closedTo(user, [...new Set(needed.flatMap(withParents))]);
  const command = ['setpriv', ...asUser(user), process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const environment = { ...environmentOfCaller(), USER: user.name, LOGNAME: user.name, HOME: appliance.home };
  if (closed.length === 0) replaceProcess(command, environment);
  const { hidden, shown } = planView(needed, closed);
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) throw notReachable(user, hidden, appliance.checkout);
  process.chdir('/');
  replaceProcess(
    [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      '/bin/sh',
      '-c',
      privateViewScript,
      'view',
      ...hidden,
      '--',
      ...shown,
      '--',
      ...command,
    ],
    environment,
  );
}

function replaceProcess(command: string[], environment: Record<string, string>): never {
  const [name, ...rest] = command;
  const program = ['/usr/bin', '/bin'].map((folder) => join(folder, String(name))).find((path) => existsSync(path));
  if (!program || !process.execve)
    throw new HoldfastError('SUPERVISOR_TOOL_MISSING', {
      kind: 'unavailable',
      message: `${name} is not installed.`,
      action: 'Run apt-get install util-linux.',
    });
  return process.execve(program, [program, ...rest], environment);
}
