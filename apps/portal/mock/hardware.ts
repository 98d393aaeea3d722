import type { BoxSample, Hardware } from '../src/api/hardware-queries.ts';

const gb = 1_073_741_824;
const smart = {
  state: 'good' as const,
  reason: null,
  temperatureCelsius: 41,
  powerOnHours: 5210,
  wearPercent: 3,
  mediaErrors: 0,
};

function disk(
  name: string,
  kind: Hardware['disks'][number]['kind'],
  bytes: number,
  model: string,
  tier: string,
): Hardware['disks'][number] {
  return {
    ...{
      name,
      kind,
      bytes,
      model,
      serial: `S${name.toUpperCase()}42`,
      firmware: '4B2Q',
      transport: kind === 'nvme' ? 'nvme' : 'sata',
    },
    ...{ sectorBytes: 4096, scheduler: null, tiers: [tier], smart: kind === 'hdd' ? { ...smart, wearPercent: null } : smart },
    parts: [
      { name: `${name}p1`, kind: 'part', bytes, fileSystem: 'xfs', uuid: 'd0f2', mountPoints: [`/srv/holdfast/${tier}`] },
    ],
  };
}

/** The reference box. */
export const referenceHardware: Hardware = {
  readAt: '2026-11-22T01:00:00.000Z',
  machine: {
    ...{ manufacturer: 'ASUS', model: 'ProArt X670E-Creator WiFi', version: null, serial: null, uuid: null },
    ...{ board: 'ASUSTeK ProArt X670E-Creator WiFi Rev 1.xx', chassis: 'tower', virtualBy: null },
  },
  firmware: {
    ...{ vendor: 'American Megatrends Inc.', version: '1905', date: '01/12/2024', kind: 'UEFI' },
    ...{ secureBoot: true, microcode: '0xa601206' },
  },
  system: {
    ...{ name: 'Debian GNU/Linux 13 (trixie)', kernel: '6.12.48+deb13-amd64', architecture: 'x64', host: 'holdfast' },
    bootedAt: '2026-11-01T08:00:00.000Z',
  },
  cpu: {
    ...{ model: 'AMD Ryzen 9 7950X 16-Core Processor', vendor: 'AuthenticAMD', sockets: 1, cores: 16, threads: 32, nodes: 1 },
    ...{ maxMhz: 5881, governor: 'powersave', driver: 'amd-pstate-epp', weaknesses: [] },
    caches: [
      { level: 1, kind: 'Data', size: '32K', sharedBy: '0,16' },
      { level: 1, kind: 'Instruction', size: '32K', sharedBy: '0,16' },
      { level: 2, kind: 'Unified', size: '1024K', sharedBy: '0,16' },
      { level: 3, kind: 'Unified', size: '32768K', sharedBy: '0-7,16-23' },
    ],
  },
  memory: {
    ...{ totalBytes: 124 * gb, swapBytes: 0, slots: 4, errorCorrection: 'Multi-bit ECC', correctedErrors: 0 },
    modules: ['A1', 'A2', 'B1', 'B2'].map((slot) => ({
      ...{ slot: `DIMM_${slot}`, bytes: 32 * gb, type: 'DDR5', megatransfers: 4800, manufacturer: 'Micron' },
      ...{ partNumber: 'MTC20C2085S1EC48BA1', serial: `3F2A${slot}` },
    })),
  },
  disks: [
    disk('nvme0n1', 'nvme', 2_000_398_934_016, 'Samsung SSD 990 PRO 2TB', 'hot'),
    disk('sda', 'ssd', 8_001_563_222_016, 'Samsung SSD 870 QVO 8TB', 'warm'),
    ...['sdb', 'sdc', 'sdd'].map((name) => disk(name, 'hdd', 16_000_900_661_248, 'ST16000NM000J', 'cold')),
    {
      ...disk('sde', 'hdd', 16_000_900_661_248, 'ST16000NM000J', 'cold'),
      smart: {
        ...smart,
        state: 'failing',
        reason: 'The disk itself expects to fail: replace it.',
        wearPercent: null,
        mediaErrors: 412,
      },
    },
  ],
  network: [
    {
      ...{
        name: 'enp5s0',
        kind: 'physical',
        driver: 'atlantic',
        mac: 'a0:36:bc:12:34:56',
        state: 'up',
        megabitsPerSecond: 10_000,
      },
      ...{ duplex: 'full', mtu: 1500, addresses: ['192.0.2.10/24', '2001:db8::10/64'] },
    },
    {
      ...{ name: 'enp6s0', kind: 'physical', driver: 'igc', mac: 'a0:36:bc:12:34:57', state: 'down', megabitsPerSecond: null },
      ...{ duplex: null, mtu: 1500, addresses: [] },
    },
  ],
  gpus: [{ address: '0000:01:00.0', maker: 'NVIDIA', device: '0x10de:0x2684', driver: 'nvidia', link: '16.0 GT/s PCIe ×16' }],
  sensors: [{ chip: 'k10temp', kind: 'temperature', label: 'Tctl' }],
  gaps: [
    { what: 'Serial number of the machine', why: 'Only root may read it.', remedy: 'sudo dmidecode -s system-serial-number' },
  ],
};

/** A virtual machine that tells little. */
export const virtualHardware: Hardware = {
  ...referenceHardware,
  machine: {
    ...{ manufacturer: null, model: null, version: null, serial: null, uuid: null, board: null, chassis: null },
    virtualBy: 'a hypervisor that does not say its name',
  },
  firmware: { vendor: null, version: null, date: null, kind: null, secureBoot: null, microcode: '0x1000065' },
  memory: { ...referenceHardware.memory, slots: null, errorCorrection: null, correctedErrors: null, modules: [] },
  disks: [],
  gpus: [],
  sensors: [],
  gaps: [
    {
      what: 'Machine and firmware',
      why: 'The kernel shows no DMI tables here: a container, or a machine without them.',
      remedy: null,
    },
    { what: 'Disks', why: 'lsblk gave no answer.', remedy: 'apt-get install util-linux' },
  ],
};

const shares: Record<string, [number, number]> = {
  os: [20, 1],
  postgresql: [160, 9],
  redis: [30, 2],
  api: [90, 1],
  ml: [280, 14],
  video: [540, 6],
  monitoring: [12, 1],
};

/** A sample that changes with every second. */
export function sampleNow(isVirtual: boolean): BoxSample {
  const seconds = Math.floor(Date.now() / 1000);
  const wave = (offset: number) => 1 + Math.sin(seconds / 2.3 + offset) / 5;
  const none = { some10: 0, full10: 0 };
  return {
    at: new Date().toISOString(),
    seconds: 1,
    source: isVirtual ? 'processes' : 'slice',
    cpus: Array.from({ length: 32 }, (_, cpu) => ({ cpu, busy: Math.round(40 * wave(cpu)) })),
    pressure: { cpu: { some10: 14.2, full10: 0 }, memory: none, io: { some10: 3.1, full10: 0.4 } },
    memory: { totalBytes: 124 * gb, availableBytes: 71 * gb, swapUsedBytes: 0 },
    slices: Object.entries(shares).map(([id, [percent, memory]], index) => ({
      id,
      cpuPercent: Math.round(percent * wave(index)),
      waitingPercent: isVirtual ? null : index,
      memoryBytes: memory * gb,
      memoryLimits: isVirtual ? null : { minBytes: null, highBytes: (memory + 2) * gb, maxBytes: (memory + 4) * gb },
      ioReadBytesPerSecond: Math.round(percent * 40_000 * wave(index)),
      ioWriteBytesPerSecond: Math.round(percent * 12_000 * wave(index)),
      tasks: 12 + index,
      memoryKills: 0,
      pressure: isVirtual ? null : { cpu: { some10: index, full10: 0 }, memory: null, io: { some10: index / 2, full10: 0 } },
    })),
    tiers: ['hot', 'warm', 'cold'].map((name, index) => ({
      name,
      totalBytes: 2e12 * (index + 1),
      freeBytes: 8e11 * (index + 1),
      readBytesPerSecond: Math.round((90e6 / (index + 1)) * wave(index)),
      writeBytesPerSecond: Math.round((40e6 / (index + 1)) * wave(index)),
      busyPercent: Math.round(30 * wave(index)),
    })),
    network: [{ name: 'enp5s0', receivedBytesPerSecond: 12e6, sentBytesPerSecond: 31e6 }],
    gpus: [],
    gpuProblem: null,
    temperatures: isVirtual ? [] : [{ chip: 'k10temp', label: 'Tctl', celsius: 71.4, criticalCelsius: 95 }],
    powerWatts: isVirtual ? null : 142,
    powerProblem: isVirtual ? 'The processor tells no energy here: usual in virtual machines.' : null,
  };
}
