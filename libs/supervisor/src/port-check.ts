import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { HoldfastError } from '#kernel';

/** Inodes of the sockets that listen on a TCP port, from proc_net_tcp(5). */
function listeningInodes(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of readLines(table)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === '0A' && fields[9]) inodes.add(fields[9]);
    }
  return inodes;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function holds(pid: string, targets: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      try {
        return targets.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** Who listens on a port, as "name (pid 123)"; undefined where it cannot be seen from this account. */
function findListener(port: number): string | undefined {
  const targets = new Set([...listeningInodes(port)].map((inode) => `socket:[${inode}]`));
  if (targets.size === 0) return undefined;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, targets));
  return pid ? `${programOf(pid)} (pid ${pid})` : undefined;
}

/** What the process was started as; the name the kernel shows is that of a thread in some runtimes. */
function programOf(pid: string): string {
  const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return basename(program.split(' ', 1)[0] ?? '') || readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): HoldfastError {
  const change = 'or change listen in config/appliance.yaml (HOLDFAST_PORT for one run)';
  if (error.code === 'EADDRINUSE') {
    const holder = findListener(port);
    return new HoldfastError('SUPERVISOR_PORT_TAKEN', {
      kind: 'conflict',
      message: `Port ${port} on ${host} is in use${holder ? ` by ${holder}` : ''}.`,
      action: `Stop ${holder ?? 'what listens there'}, ${change}.`,
      values: { host, port, holder },
      cause: error,
    });
  }
  return new HoldfastError('SUPERVISOR_PORT_REFUSED', {
    kind: 'unavailable',
    message: `Nothing can listen on ${host}:${port} here: ${error.message}.`,
    action:
      error.code === 'EACCES'
        ? `Ports below 1024 need root: choose a higher one, or put a proxy in front.`
        : `Choose an address of this machine: change listen in config/appliance.yaml (HOLDFAST_PORT for one run).`,
    values: { host, port },
    cause: error,
  });
}

/** Makes sure that the port is free now. Throws SUPERVISOR_PORT_TAKEN naming who holds it, or SUPERVISOR_PORT_REFUSED. */
export function ensurePortFree(host: string, port: number): Promise<void> {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once('error', (error) => fail(listenError(error, host, port)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => settle()));
  });
}
