import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { processor } from './qemu-words.ts';

/** Where QEMU sees the folder of the box, and that of the run with its sockets. */
export const seenAt = { box: '/mnt', run: '/srv' };

const script = `
set -eu
mount --bind "$2" "$1${seenAt.box}"
mount --bind "$3" "$1${seenAt.run}"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
root=$1
shift 3
exec chroot "$root" "$@"`;

/** QEMU of Debian 13 in a root of its own, which any Debian can run. What is mounted for it goes with it. */
export class Tools {
  readonly root: string;
  readonly box: string;
  readonly run: string;

  constructor(root: string, box: string, run: string) {
    this.root = root;
    this.box = box;
    this.run = run;
  }

  /** Starts a program that ends with this process at the latest; its pid is the program's own. */
  start(program: string, words: readonly string[], output: number | 'ignore'): ChildProcess {
    return spawn('setpriv', ['--pdeathsig=KILL', '--', ...this.words(program, words)], {
      stdio: ['ignore', output, output],
      detached: true,
    });
  }

  /** Runs a program to its end. */
  async call(program: string, ...words: string[]): Promise<string> {
    const [first = '', ...rest] = this.words(program, words);
    return (await promisify(execFile)(first, rest, { timeout: 120_000 })).stdout;
  }

  /** `kvm` where this machine has it and its processor can be the one of the box, else `tcg`. */
  async accelerator(): Promise<'kvm' | 'tcg'> {
    const probe = ['-accel', 'kvm', '-machine', 'q35', '-cpu', `${processor},enforce`, '-nodefaults', '-display', 'none', '-S'];
    const [first = '', ...rest] = this.words('qemu-system-x86_64', [...probe, '-monitor', 'stdio']);
    return new Promise((settle) => {
      const child = execFile(first, rest, { timeout: 20_000 }, (error) => settle(error ? 'tcg' : 'kvm'));
      child.stdin?.on('error', () => {}).end('quit\n');
    });
  }

  private words(program: string, words: readonly string[]): string[] {
    const mounts = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', this.root, this.box, this.run];
    return [...mounts, program, ...words];
  }
}
