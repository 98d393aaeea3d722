import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Peer } from '../peer.ts';

/** Perl answers in a few milliseconds; on a machine that can do nothing more it may take its time. */
const answerMs = 30_000;
/**
 * Node asks the kernel nothing about the other end of a socket. Perl, which every Debian has (perl-base is essential), inherits the connection and asks:
 * getsockopt(SOL_SOCKET, SO_PEERCRED), unix(7). It reads nothing off the connection and is told nothing.
 */
const program = '/usr/bin/perl';
const words = ['-e', 'print join " ", unpack("i3", getsockopt(STDIN, 1, 17) // die)'];

/** Whom the kernel says a connection comes from; null where that cannot be told. */
export async function peerOf(socket: Socket, processes = '/proc'): Promise<Peer | null> {
  const [, pid, uid] = /^(\d+) (\d+) \d+$/.exec(await ask(socket)) ?? [];
  return pid === undefined ? null : { pid: Number(pid), uid: Number(uid), unit: unitOf(pid, processes) };
}

function ask(socket: Socket): Promise<string> {
  return new Promise((settle) => {
    const child = spawn(program, words, {
      stdio: [socket, 'pipe', 'ignore'],
      env: {},
      cwd: '/',
      timeout: answerMs,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout?.setEncoding('ascii').on('data', (piece: string) => {
      said += piece;
    });
    child.on('error', () => settle('')).on('close', (code) => settle(code === 0 ? said : ''));
  });
}

/** The service whose control group a process is in; null where it is in none, or has just ended. */
function unitOf(pid: string, processes: string): string | null {
  try {
    const [, group = ''] = /^0::(.*)$/m.exec(readFileSync(`${processes}/${pid}/cgroup`, 'utf8')) ?? [];
    return group.split('/').find((part) => part.endsWith('.service')) ?? null;
  } catch {
    return null;
  }
}
