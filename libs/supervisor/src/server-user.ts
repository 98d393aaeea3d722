import { execFileSync } from 'node:child_process';
import { HoldfastError } from '#kernel';
import { readEnvironment } from '#manifest';

/** An account of the operating system. */
export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

/** Looks an account up by name or number, in whatever the machine uses (files, LDAP). */
export function findOsUser(key: string): OsUser | undefined {
  try {
    const line = execFileSync('getent', ['passwd', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [name, , uid, gid] = line.trim().split(':');
    return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
  } catch {
    return undefined;
  }
}

/** The account this process runs as. */
export function currentOsUser(): OsUser {
  const uid = process.getuid?.() ?? 0;
  return findOsUser(String(uid)) ?? { name: String(uid), uid, gid: process.getgid?.() ?? 0 };
}

/**
 * The unprivileged account that the appliance runs as when root starts it: who called sudo, else `postgres`, which comes with the package.
 * Undefined when the caller is unprivileged already. Throws SUPERVISOR_USER_MISSING where there is neither.
 */
export function chooseServerUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { sudoUid } = readEnvironment();
  const user = (sudoUid ? findOsUser(String(sudoUid)) : undefined) ?? findOsUser('postgres');
  if (user && user.uid !== 0) return user;
  throw new HoldfastError('SUPERVISOR_USER_MISSING', {
    kind: 'unavailable',
    message: 'The servers never run as root, and this machine has no account "postgres" to run them.',
    action: 'Install the Debian package postgresql, or start as an ordinary user.',
  });
}
