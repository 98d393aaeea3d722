import { expect, test } from 'vitest';
import { parseBlockDevices } from './block-devices.ts';
import { parseCpuInfo } from './cpu-info.ts';
import { firmwareText, hypervisorOf, machineNames } from './dmi.ts';
import { parseMemoryLayout } from './memory-modules.ts';
import { mountAbove } from './mount-above.ts';
import { parseSmartReport } from './smart-report.ts';

test('what makers leave where a name should stand is no name', () => {
  for (const text of ['To Be Filled By O.E.M.', 'Default string', ' Not Specified ', '', 'System Serial Number', '0000'])
    expect(firmwareText(text)).toBeNull();
  expect(firmwareText(' ProLiant DL385 Gen11\n')).toBe('ProLiant DL385 Gen11');
  expect(
    machineNames({ sys_vendor: 'ASUS', product_name: 'System Product Name', board_name: 'PROART X670E', chassis_type: '3\n' }),
  ).toMatchObject({ manufacturer: 'ASUS', model: null, board: 'PROART X670E', chassis: 'desktop', serial: null });
});

test('a virtual machine says who makes it, also where the firmware is silent', () => {
  expect(hypervisorOf({ sys_vendor: 'QEMU' }, [])).toBe('QEMU');
  expect(hypervisorOf({}, ['fpu', 'hypervisor'])).toMatch(/does not say its name/);
  expect(hypervisorOf({ sys_vendor: 'ASUS' }, ['fpu'])).toBeNull();
});

/** As udev of Debian 12 writes it for a board with four slots. */
const record = `I:4242
E:MEMORY_ARRAY_LOCATION=System Board Or Motherboard
E:MEMORY_ARRAY_EC_TYPE=Multi-bit ECC
E:MEMORY_ARRAY_NUM_DEVICES=4
E:MEMORY_DEVICE_0_SIZE=34359738368
E:MEMORY_DEVICE_0_LOCATOR=DIMM_A2
E:MEMORY_DEVICE_0_BANK_LOCATOR=P0 CHANNEL A
E:MEMORY_DEVICE_0_TYPE=DDR5
E:MEMORY_DEVICE_0_SPEED_MTS=5600
E:MEMORY_DEVICE_0_CONFIGURED_SPEED_MTS=4800
E:MEMORY_DEVICE_0_MANUFACTURER=Micron
E:MEMORY_DEVICE_0_PART_NUMBER=MTC20C2085S1EC48BA1
E:MEMORY_DEVICE_0_SERIAL_NUMBER=3F2A11C0
E:MEMORY_DEVICE_1_PRESENT=0
E:MEMORY_DEVICE_1_LOCATOR=DIMM_A1
E:MEMORY_DEVICE_10_SIZE=34359738368
E:MEMORY_DEVICE_10_LOCATOR=DIMM_B2
`;

test('memory modules come from what udev has read of the firmware', () => {
  expect(parseMemoryLayout(record)).toEqual({
    slots: 4,
    errorCorrection: 'Multi-bit ECC',
    modules: [
      {
        slot: 'P0 CHANNEL A DIMM_A2',
        bytes: 34_359_738_368,
        type: 'DDR5',
        megatransfers: 4800,
        manufacturer: 'Micron',
        partNumber: 'MTC20C2085S1EC48BA1',
        serial: '3F2A11C0',
      },
      expect.objectContaining({ slot: 'DIMM_B2', megatransfers: null, serial: null }),
    ],
  });
  expect(parseMemoryLayout('E:ID_MODEL=x\n')).toBeUndefined();
});

test('cores are counted by socket and core, threads by line', () => {
  const block = (cpu: number, socket: number, core: number) =>
    `processor\t: ${cpu}\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\nmicrocode\t: 0xa101148\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: fpu sse\n`;
  const text = [block(0, 0, 0), block(1, 0, 0), block(2, 1, 0), block(3, 1, 0)].join('\n');
  expect(parseCpuInfo(text)).toEqual({
    ...{ model: 'AMD EPYC', vendor: 'AuthenticAMD', microcode: '0xa101148', flags: ['fpu', 'sse'] },
    ...{ sockets: 2, cores: 2, threads: 4 },
  });
  expect(parseCpuInfo('')).toMatchObject({ model: null, threads: 0 });
});

const lsblk = JSON.stringify({
  blockdevices: [
    { name: 'loop0', type: 'loop', size: 1, rota: false },
    { name: 'zram0', type: 'disk', size: 4096, rota: false },
    {
      ...{
        name: 'nvme0n1',
        type: 'disk',
        size: 1_000_204_886_016,
        model: 'Samsung SSD 990 PRO 1TB',
        serial: 'S6Z1',
        rota: false,
      },
      ...{ tran: 'nvme', rev: '4B2QJXD7', 'phy-sec': 512, sched: 'none', fstype: null, mountpoints: [null] },
      children: [{ name: 'nvme0n1p2', type: 'part', size: 999, fstype: 'ext4', uuid: 'u-1', mountpoints: ['/', null] }],
    },
    {
      ...{
        name: 'sda',
        type: 'disk',
        size: '16000900661248',
        rota: '1',
        tran: 'sata',
        'phy-sec': '4096',
        sched: 'mq-deadline',
      },
      children: [{ name: 'md0', type: 'raid10', size: 32_000, fstype: 'xfs', mountpoints: ['/srv/holdfast/cold'] }],
    },
  ],
});

test('disks are told with what lies on them; memory and files are none', () => {
  const disks = parseBlockDevices(lsblk);
  expect(disks.map(({ name, kind, bytes, scheduler }) => [name, kind, bytes, scheduler])).toEqual([
    ['nvme0n1', 'nvme', 1_000_204_886_016, null],
    ['sda', 'hdd', 16_000_900_661_248, 'mq-deadline'],
  ]);
  expect(disks[0]?.parts).toEqual([
    { name: 'nvme0n1p2', kind: 'part', bytes: 999, fileSystem: 'ext4', uuid: 'u-1', mountPoints: ['/'] },
  ]);
  expect(disks[1]?.parts[0]).toMatchObject({ name: 'md0', kind: 'raid10', mountPoints: ['/srv/holdfast/cold'] });
  expect(() => parseBlockDevices('{}')).toThrow();
});

test('a path lies on the nearest mount point above it', () => {
  const points = ['/', '/srv', '/srv/holdfast/cold'];
  expect(mountAbove('/srv/holdfast/cold', points)).toBe('/srv/holdfast/cold');
  expect(mountAbove('/srv/holdfast/colder', points)).toBe('/srv');
  expect(mountAbove('/home', [])).toBeUndefined();
});

test('a disk is good or failing only where it says so', () => {
  const nvme = {
    smart_status: { passed: true },
    temperature: { current: 41 },
    power_on_time: { hours: 1200 },
    nvme_smart_health_information_log: { percentage_used: 3, media_errors: 0 },
  };
  expect(parseSmartReport(JSON.stringify(nvme))).toEqual({
    ...{ state: 'good', reason: null, temperatureCelsius: 41, powerOnHours: 1200, wearPercent: 3, mediaErrors: 0 },
  });
  const table = [
    { id: 5, value: 100, raw: { value: 8 } },
    { id: 197, value: 100, raw: { value: 2 } },
    { id: 231, value: 91, raw: { value: 0 } },
  ];
  const ata = { smart_status: { passed: false }, ata_smart_attributes: { table } };
  expect(parseSmartReport(JSON.stringify(ata))).toMatchObject({ state: 'failing', mediaErrors: 10, wearPercent: 9 });
  const refused = { smartctl: { messages: [{ string: 'Smartctl open device: /dev/sda failed: Permission denied' }] } };
  expect(parseSmartReport(JSON.stringify(refused))).toMatchObject({ state: 'unknown', reason: 'Only root may ask the disk.' });
  expect(parseSmartReport('nonsense')).toMatchObject({ state: 'unknown' });
});
