import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Root of the checkout. */
export const checkout = resolve(import.meta.dirname, '..', '..');
/** Where everything of the box lies unless said otherwise. */
export const usualFolder = join(checkout, 'var', 'box');

/** Debian packages of the root that QEMU is run from. */
export const toolPackages = ['qemu-system-x86', 'qemu-utils', 'seabios', 'ipxe-qemu'];
/** What makes a machine of the packages that the appliance needs. */
const machinePackages = [
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'zstd',
  'systemd-sysv',
  'dbus',
  'udev',
  'kmod',
  'mdadm',
  'nginx',
];
const comfortPackages = ['openssl', 'iproute2', 'sudo', 'libpam-systemd', 'e2fsprogs', 'curl', 'ca-certificates', 'procps'];

/** All packages of the box: those of a machine, and those that `config/debian-packages` says the appliance needs on Debian 13. */
export function guestPackages(): string[] {
  const lines = readFileSync(join(checkout, 'config/debian-packages'), 'utf8').split('\n');
  const needed = lines.flatMap((line) => {
    const [name = '', when = ''] = line.split(/\s+/);
    return name !== '' && name !== '#' && ['', 'debian13', 'box'].includes(when) ? [name] : [];
  });
  return [...new Set([...machinePackages, ...comfortPackages, ...needed])].sort();
}

/** A short name for whatever texts say. */
export function keyOf(...texts: string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}

/** Where a root with these packages lies. */
export function rootFolder(box: string, name: 'tools' | 'guest', packages: readonly string[]): string {
  const makers = ['make-root.sh', 'in-root.sh'].map((file) => readFileSync(join(import.meta.dirname, 'image', file), 'utf8'));
  return join(box, 'roots', `${name}-${keyOf(...packages, ...makers)}`);
}

/** What goes into the image beside packages: the built appliance, its units and scripts, and the tests' own files. */
const parts = [
  'dist/**',
  'config/**',
  'systemd/**',
  'nginx/**',
  'scripts/**',
  'apps/agent/**',
  'package-lock.json',
  'holdfast',
];
const testParts = ['tests/box/{guest,image}/**', 'tests/box/machine/disks.ts'];

/** Where the image of this checkout lies: named by all that goes into it. */
export function imageFolder(box: string): string {
  const files = globSync([...parts, ...testParts], { cwd: checkout, exclude: ['dist/**/*.map', 'dist/.*', '**/*.spec.ts'] });
  const texts = files
    .sort()
    .filter((file) => statSync(join(checkout, file)).isFile())
    .map(
      (file) =>
        `${file} ${createHash('sha256')
          .update(readFileSync(join(checkout, file)))
          .digest('hex')}`,
    );
  return join(box, 'images', keyOf(rootFolder(box, 'guest', guestPackages()), ...texts));
}

/** Why no box can be built or run here, with the command that helps; undefined where it can. */
export function whyNoBox(): string | undefined {
  if (process.arch !== 'x64') return `the box is a machine of x86-64, and this one is ${process.arch}`;
  if (process.getuid?.() !== 0) return `making roots and mounts needs root: sudo ${process.argv.slice(0, 2).join(' ')}`;
  const missing = ['debootstrap', 'mke2fs'].filter(
    (name) => !['/usr/sbin', '/sbin', '/usr/bin'].some((at) => existsSync(join(at, name))),
  );
  if (missing.length > 0) return `${missing.join(', ')} missing: sudo apt-get install debootstrap e2fsprogs`;
  return undefined;
}

/** The mirror that this machine's own apt uses for Debian's main archive. */
export function debianMirror(): string {
  const words = ['indextargets', '--format', '$(ORIGIN)|$(REPO_URI)', 'Created-By: Packages', 'Component: main'];
  const lines = execFileSync('apt-get', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
  const mirrors = lines
    .filter((line) => line.startsWith('Debian|') && !line.includes('security'))
    .map((line) => line.split('|')[1]);
  const [mirror] = mirrors.sort();
  if (!mirror) throw new Error("No Debian mirror in this machine's apt sources.");
  return mirror;
}
