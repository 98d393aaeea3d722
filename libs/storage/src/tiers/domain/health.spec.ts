import { describe, expect, test } from 'vitest';
import { arrayHealth } from './array-health.ts';
import { diskHealth } from './disk-health.ts';
import { btrfsHealth, ext4Health } from './file-system-health.ts';
import { mountOf, parseMountTable } from './mount-table.ts';

/** What smartctl 7.3 says of a healthy ATA disk, as far as it is read; attributes are added and changed below. */
const ata = (attributes: [number, string, number][], passed = true) =>
  JSON.stringify({
    json_format_version: [1, 0],
    smartctl: { version: [7, 3], exit_status: 0 },
    device: { name: '/dev/sda', type: 'sat', protocol: 'ATA' },
    model_name: 'WDC WD140EDFZ-11A0VA0',
    smart_status: { passed },
    ata_smart_attributes: {
      revision: 16,
      table: attributes.map(([id, name, value]) => ({
        id,
        name,
        value: 100,
        worst: 100,
        thresh: 5,
        raw: { value, string: String(value) },
      })),
    },
    temperature: { current: 32 },
  });
const nvme = (changes: Record<string, number>) =>
  JSON.stringify({
    smartctl: { version: [7, 3], exit_status: 0 },
    model_name: 'INTEL SSDPEKNW010T8',
    smart_status: { passed: true, nvme: { value: 0 } },
    nvme_smart_health_information_log: {
      ...{ critical_warning: 0, temperature: 36, available_spare: 100, available_spare_threshold: 10, percentage_used: 4 },
      ...{ data_units_written: 7_773_431, power_on_hours: 2401, unsafe_shutdowns: 43, media_errors: 0 },
      ...changes,
    },
    temperature: { current: 36 },
  });
/** Recorded from smartctl 7.3 (Debian 12) on the disk of a virtual machine. */
const virtual = `{"json_format_version":[1,0],"smartctl":{"version":[7,3],"svn_revision":"5338","build_info":"(local build)",
  "argv":["smartctl","--json","--all","/dev/vda"],"messages":[{"string":"/dev/vda: Unable to detect device type","severity":"error"}],"exit_status":1}}`;

describe('a disk', () => {
  test('that passes its own test and has lost nothing is well', () => {
    expect(
      diskHealth(
        '/dev/sda',
        ata([
          [5, 'Reallocated_Sector_Ct', 0],
          [194, 'Temperature_Celsius', 32],
        ]),
      ),
    ).toEqual({
      part: '/dev/sda',
      state: 'ok',
      message: 'WDC WD140EDFZ-11A0VA0 says that it is well, 32 °C.',
    });
    expect(diskHealth('/dev/nvme0', nvme({})).state).toBe('ok');
  });
  test('that says it is failing is to be replaced', () => {
    expect(diskHealth('/dev/sda', ata([], false))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('Replace it'),
    });
  });
  test('that has given up sectors, or is worn, is a warning', () => {
    expect(diskHealth('/dev/sda', ata([[197, 'Current_Pending_Sector', 8]]))).toMatchObject({
      state: 'warning',
      message: 'WDC WD140EDFZ-11A0VA0: current pending sector 8.',
    });
    expect(diskHealth('/dev/nvme0', nvme({ percentage_used: 97, available_spare: 3 }))).toMatchObject({
      state: 'warning',
      message: 'INTEL SSDPEKNW010T8: 97 % of its writes are used, only 3 % spare left.',
    });
  });
  test('that tells nothing is unknown, with the reason, never well', () => {
    expect(diskHealth('/dev/vda', virtual)).toEqual({
      part: '/dev/vda',
      state: 'unknown',
      message: 'Not known, because /dev/vda: Unable to detect device type',
    });
    for (const text of ['', 'sudo: required', '{}', '[]', '{"smart_status":{"passed":"yes"}}'])
      expect(diskHealth('/dev/sda', text).state).toBe('unknown');
  });
});

/** As the kernel writes it (md(4)): one whole array, one degraded and rebuilding, one that lost two disks, one that is stopped. */
const mdstat = `Personalities : [raid10] [raid1] [raid6] [raid5] [raid4]
md0 : active raid10 sdd1[3] sdc1[2] sdb1[1] sda1[0]
      27344499712 blocks super 1.2 512K chunks 2 near-copies [4/4] [UUUU]
      bitmap: 0/204 pages [0KB], 65536KB chunk

md1 : active raid1 sdf1[2] sde1[0]
      976630464 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec

md2 : active raid5 sdi1[2](F) sdh1[1](F) sdg1[0]
      1953260544 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/1] [U__]

md3 : inactive sdj1[0](S)
      976630488 blocks super 1.2

unused devices: <none>
`;

describe('an array', () => {
  test('says whether all its disks work, and how far it is rebuilt', () => {
    expect(arrayHealth('md0', mdstat)).toEqual({ part: 'md0', state: 'ok', message: 'raid10: all 4 disks work.' });
    expect(arrayHealth('md1', mdstat)).toMatchObject({
      state: 'failed',
      message: 'raid1: 1 of 2 disks work, recovery at 12.6%.',
    });
    expect(arrayHealth('md2', mdstat)).toMatchObject({
      state: 'failed',
      message: 'raid5: 1 of 3 disks work (sdi1, sdh1 failed).',
    });
    expect(arrayHealth('md3', mdstat)).toMatchObject({ state: 'failed', message: 'The array is inactive.' });
    expect(arrayHealth('md9', mdstat)).toBeUndefined();
  });
});

test('file systems tell the errors that they have counted', () => {
  expect(ext4Health('ext4', '0\n').state).toBe('ok');
  expect(ext4Health('ext4', '3\n')).toMatchObject({ state: 'failed', message: expect.stringContaining('3 errors') });
  expect(ext4Health('ext4', 'unknown').state).toBe('unknown');
  const stats = (corrupt: number) =>
    `[/dev/sdb].write_io_errs    0\n[/dev/sdb].read_io_errs     0\n[/dev/sdb].flush_io_errs    0\n[/dev/sdb].corruption_errs  ${corrupt}\n[/dev/sdb].generation_errs  0\n`;
  expect(btrfsHealth('btrfs', stats(0)).state).toBe('ok');
  expect(btrfsHealth('btrfs', stats(2))).toMatchObject({
    state: 'failed',
    message: 'btrfs has counted 2 corruption errors on /dev/sdb.',
  });
  expect(btrfsHealth('btrfs', 'ERROR: not a btrfs filesystem').state).toBe('unknown');
});

test('the mount of a path is the nearest above it, also with spaces in its name', () => {
  const table = parseMountTable(
    [
      '23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
      '40 23 8:1 / /srv/warm rw,noatime shared:5 master:1 - xfs /dev/sda1 rw,attr2',
      '41 23 8:2 / /srv/cold\\040store ro,relatime - ext4 /dev/sdb1 ro',
      'nonsense',
    ].join('\n'),
  );
  expect(mountOf('/srv/warm/tier', table)).toMatchObject({ source: '/dev/sda1', fileSystemType: 'xfs', isReadOnly: false });
  expect(mountOf('/srv/warmer', table)).toMatchObject({ source: '/dev/vda' });
  expect(mountOf('/srv/cold store', table)).toMatchObject({ source: '/dev/sdb1', isReadOnly: true });
});
