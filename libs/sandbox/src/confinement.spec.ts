import { expect, test } from 'vitest';
import { type ConfinedCommand, confine } from './confinement.ts';

const command: ConfinedCommand = {
  command: '/usr/bin/ffprobe',
  args: (paths) => ['-i', paths.at('/in/input')],
  readOnly: [{ from: '/data/scratch/a.mp4', to: '/in/input' }],
  writable: [{ from: '/data/scratch/out', to: '/out' }],
  environment: { PATH: '/usr/bin' },
  limits: { memoryBytes: 1000, wallSeconds: 5, processes: 7, outputBytes: 2000 },
};

test('behind bubblewrap a tool sees its input at a fixed path and none of the real ones as argument', () => {
  const { file, args } = confine('bwrap', command);
  expect(file).toBe('bwrap');
  const inner = args.slice(args.indexOf('--') + 1);
  expect(inner).toEqual([
    ...['/usr/bin/prlimit', '--nproc=7', '--fsize=2000', '--data=1000', '--nofile=256', '--core=0'],
    ...['/usr/bin/nice', '-n', '5', '/usr/bin/ffprobe', '-i', '/in/input'],
  ]);
});

test('the walls leave no network, no environment, no way up and a file system that cannot be written', () => {
  const words = confine('bwrap', command).args.join(' ');
  for (const wall of [
    '--unshare-user',
    '--unshare-net',
    '--unshare-pid',
    '--unshare-ipc',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
  ]) {
    expect(words).toContain(wall);
  }
  expect(words).toContain('--ro-bind /data/scratch/a.mp4 /in/input');
  expect(words).toContain('--bind /data/scratch/out /out');
  expect(words).toMatch(/--remount-ro \/ /);
  expect(words).not.toContain('--bind / ');
});

test('for root the command becomes nobody before it starts', () => {
  const { args } = confine('bwrap-root', command);
  const inner = args.slice(args.indexOf('--') + 1);
  expect(inner[0]).toBe('/usr/bin/setpriv');
  expect(inner).toContain('--reuid=65534');
  expect(inner.indexOf('--bounding-set=-all')).toBeLessThan(inner.indexOf('/usr/bin/prlimit'));
});

test('where the file system is shared, bound paths become the real ones', () => {
  const { file, args } = confine('unshare', command);
  expect(file).toBe('unshare');
  expect(args).toContain('--net');
  expect(args.at(-1)).toBe('/data/scratch/a.mp4');
});
