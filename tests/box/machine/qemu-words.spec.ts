import { expect, it } from 'vitest';
import { boxDisks } from './disks.ts';
import { qemuWords } from './qemu-words.ts';

const images = Object.fromEntries(boxDisks.map(({ name }) => [name, { file: `/run/${name}`, format: 'qcow2' as const }]));
const options = { accelerator: 'tcg', kernel: '/k', images, console: '/c', control: '/s' } as const;

it('is the reference box: 32 threads in two L3 domains, NVMe, SSD and four hard disks, past every cache, without network', () => {
  const words = qemuWords(options);
  const text = words.join(' ');
  expect(text).toContain('-smp 32,sockets=2,cores=8,threads=2');
  expect(text).toContain('-nic none');
  expect(words.filter((word) => word.startsWith('nvme,'))).toHaveLength(2);
  expect(words.filter((word) => word.endsWith('rotation_rate=1'))).toHaveLength(1);
  expect(words.filter((word) => word.endsWith('rotation_rate=7200'))).toHaveLength(4);
  const drives = words.filter((word) => word.startsWith('if=none'));
  expect(drives).toHaveLength(boxDisks.length);
  expect(drives.every((word) => word.includes('cache=none'))).toBe(true);
});

it('leaves units out where a start is to be quick', () => {
  expect(qemuWords({ ...options, without: ['a.service'] }).join(' ')).toContain(' systemd.mask=a.service ');
});

it('does not start with a disk missing', () => {
  expect(() => qemuWords({ ...options, images: { ...images, hot: undefined as never } })).toThrow('hot has no image');
});
