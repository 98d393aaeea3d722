import { completeLimits, prlimitArguments, type SandboxLimits } from './sandbox-limits.ts';

/**
 * The ways to build walls, best first. `bwrap-root` is for callers that are root: bubblewrap mounts as root, then the command
 * becomes `nobody`, because the kernel exempts root from the limit on processes.
 */
export type Confinement = 'bwrap' | 'bwrap-root' | 'unshare' | 'unshare-root';

export interface Bind {
  /** Absolute path on this machine. */
  from: string;
  /** Absolute path in the sandbox. */
  to: string;
}

/** What is to be run, with every path as the sandbox sees it. */
export interface ConfinedCommand {
  command: string;
  args: (paths: SandboxPaths) => string[];
  readOnly: Bind[];
  writable: Bind[];
  environment: Record<string, string>;
  limits: SandboxLimits;
}

/** Translates a bound path into the one to open inside: itself under `bwrap`, the real one where the file system is shared. */
export interface SandboxPaths {
  at(path: string): string;
}

export interface CommandLine {
  file: string;
  args: string[];
}

const systemFiles = [
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/var/cache/fontconfig',
];

/** The command line that runs a command behind the given walls. Pure: same input, same words. */
export function confine(confinement: Confinement, confined: ConfinedCommand): CommandLine {
  const limits = completeLimits(confined.limits);
  const shared = confinement.startsWith('unshare');
  const paths: SandboxPaths = shared ? sharedPaths(confined) : { at: (path) => path };
  const inner = [
    '/usr/bin/prlimit',
    ...prlimitArguments(limits),
    '/usr/bin/nice',
    '-n',
    String(limits.niceness),
    paths.at(confined.command),
    ...confined.args(paths),
  ];
  switch (confinement) {
    case 'bwrap':
      return {
        file: 'bwrap',
        args: ['--unshare-user', '--disable-userns', ...walls(confined, limits.temporaryBytes), '--', ...inner],
      };
    case 'bwrap-root':
      return {
        file: 'bwrap',
        args: [...walls(confined, limits.temporaryBytes), '--', ...becomeUser(sandboxUser(confinement)), ...inner],
      };
    case 'unshare':
      return {
        file: 'unshare',
        args: ['--user', '--map-current-user', ...namespaces, '--', ...environment(confined), ...stayPowerless, ...inner],
      };
    case 'unshare-root':
      return {
        file: 'unshare',
        args: [...namespaces, '--', ...environment(confined), ...becomeUser(sandboxUser(confinement)), ...inner],
      };
  }
}

const namespaces = ['--net', '--ipc', '--pid', '--fork', '--kill-child=KILL'];

const stayPowerless = ['/usr/bin/setpriv', '--inh-caps=-all', '--no-new-privs'];

/**
 * Whom a sandbox of root becomes: `nobody`, and where files are not walled off somebody who owns nothing at all, since `nobody`
 * may own the appliance's data.
 */
export function sandboxUser(confinement: Confinement): number {
  return confinement === 'unshare-root' ? 65_533 : 65_534;
}

// The second user namespace makes the count of processes start at zero for every sandbox.
function becomeUser(user: number): string[] {
  return [
    ...['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '/usr/bin/unshare', '--user'],
  ];
}

function environment(confined: ConfinedCommand): string[] {
  return ['/usr/bin/env', '-i', ...Object.entries(confined.environment).map(([name, value]) => `${name}=${value}`)];
}

function sharedPaths(confined: ConfinedCommand): SandboxPaths {
  const binds = [...confined.readOnly, ...confined.writable].sort((a, b) => b.to.length - a.to.length);
  return {
    at: (path) => {
      const bind = binds.find(({ to }) => path === to || path.startsWith(`${to}/`));
      return bind ? bind.from + path.slice(bind.to.length) : path;
    },
  };
}

function walls(confined: ConfinedCommand, temporaryBytes: number): string[] {
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--die-with-parent', '--new-session', '--clearenv', '--hostname', 'sandbox'],
    ...Object.entries(confined.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--ro-bind', '/usr', '/usr'],
    ...['bin', 'sbin', 'lib', 'lib32', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...['/etc', '/var', '/var/cache'].flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...systemFiles.flatMap((file) => ['--ro-bind-try', file, file]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', '--size', String(temporaryBytes), '--tmpfs', '/tmp'],
    ...parentFolders([...confined.readOnly, ...confined.writable]).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...confined.readOnly.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...confined.writable.flatMap(({ from, to }) => ['--bind', from, to]),
    ...['--remount-ro', '/', '--chdir', '/'],
  ];
}

/** Folders that must exist before the binds, outermost first; bubblewrap would make them unreadable for others. */
function parentFolders(binds: Bind[]): string[] {
  const folders = new Set<string>();
  for (const { to } of binds) {
    const parts = to.split('/').slice(1, -1);
    for (let depth = 1; depth <= parts.length; depth++) folders.add(`/${parts.slice(0, depth).join('/')}`);
  }
  return [...folders].filter((folder) => !/^\/(usr|etc)(\/|$)/.test(folder)).sort();
}
