import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

type Places = Pick<Appliance, 'paths'>;

/** File with the word that whoever reads `/metrics` must know. */
export function metricsTokenFile({ paths }: Places): string {
  return join(paths.secrets, 'metrics-token');
}

/** File with the password of the private Prometheus. */
export function prometheusPasswordFile({ paths }: Places): string {
  return join(paths.secrets, 'prometheus-password');
}

/** Who signs in to the private Prometheus. */
export const prometheusUser = 'holdfast';

/** The random word in a file, made by whoever needs it first: api and supervisor may come at the same time, and one of them wins. */
export function ensureSecret(file: string): string {
  const found = readSecret(file);
  if (found) return found;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  const descriptor = openSync(own, 'w', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(32).toString('base64url')}\n`);
    fsyncSync(descriptor);
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(descriptor);
    rmSync(own, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** bcrypt's alphabet for the 22 letters of its salt (crypt(5)). */
const saltLetters = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * The bcrypt hash of a random word, which is all that Prometheus takes. Node has no bcrypt; Debian's libcrypt does, and perl, which every
 * Debian has, calls it. The least cost will do: nobody guesses 256 random bits. Throws MONITORING_HASH_FAILED.
 */
export function bcryptOf(secret: string): string {
  const salt = [...randomBytes(22)].map((byte) => saltLetters[byte % 64]).join('');
  const script = 'my $word = <STDIN>; print crypt($word, $ARGV[0]) // ""';
  let hash = '';
  try {
    hash = execFileSync('/usr/bin/perl', ['-e', script, `$2b$04$${salt}`], {
      input: secret,
      env: {},
      timeout: 10_000,
    }).toString();
  } catch {
    // Told below.
  }
  if (/^\$2b\$04\$.{53}$/.test(hash)) return hash;
  throw new HoldfastError('MONITORING_HASH_FAILED', {
    kind: 'unavailable',
    message: '/usr/bin/perl gave no bcrypt hash for the password of Prometheus.',
    action: 'Install the Debian packages perl-base and libcrypt1, or set monitoring.enabled to false.',
  });
}
