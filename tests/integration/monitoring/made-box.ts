import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A machine in a folder: sysfs, /proc, control groups and udev's database, as the kernel and systemd lay them out. */
export class MadeBox {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-box-'));
  readonly paths = {
    sysfs: join(this.folder, 'sys'),
    proc: join(this.folder, 'proc'),
    udev: join(this.folder, 'udev'),
    groups: join(this.folder, 'groups'),
    smart: join(this.folder, 'smart'),
  };

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }

  /** What a slice has used so far. */
  slice(name: string, cpuMicroseconds: number, memoryBytes: number): void {
    const place = `groups/${name === 'system.slice' ? '' : 'holdfast.slice/'}${name}`;
    this.write(`${place}/cpu.stat`, `usage_usec ${cpuMicroseconds}`);
    this.write(
      `${place}/cpu.pressure`,
      'some avg10=2.00 avg60=0.00 avg300=0.00 total=9\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=9',
    );
    this.write(`${place}/memory.current`, String(memoryBytes));
    this.write(`${place}/memory.max`, 'max');
    this.write(`${place}/memory.high`, '900000000');
    this.write(`${place}/memory.min`, '0');
    this.write(`${place}/io.stat`, '259:0 rbytes=100 wbytes=200 rios=1 wios=1');
  }

  /** Time that CPU 0 was busy, in ticks. */
  cpus(busy: number, idle: number): void {
    this.write('proc/stat', `cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 ${busy} 0 0 ${idle} 0 0 0 0 0 0\nbtime 1795000000`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A desktop with an AMD processor, ECC memory, sensors and a card of NVIDIA. */
export function makeDesktop(): MadeBox {
  const box = new MadeBox();
  box.cpus(1000, 1000);
  const cpu =
    'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD Ryzen 9 7950X 16-Core Processor\nmicrocode\t: 0xa601206\nphysical id\t: 0\ncore id\t\t: 0\nflags\t\t: fpu sse';
  box.write('proc/cpuinfo', cpu);
  box.write(
    'proc/meminfo',
    'MemTotal:       131072000 kB\nMemAvailable:   65536000 kB\nSwapTotal:       0 kB\nSwapFree:        0 kB',
  );
  box.write(
    'proc/pressure/io',
    'some avg10=0.50 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.10 avg60=0.00 avg300=0.00 total=1',
  );
  box.write('proc/diskstats', '');
  const dmi = {
    sys_vendor: 'ASUS',
    product_name: 'ProArt X670E',
    bios_vendor: 'AMI',
    bios_version: '1905',
    bios_date: '01/12/2024',
  };
  for (const [name, text] of Object.entries(dmi)) box.write(`sys/class/dmi/id/${name}`, text);
  box.write(
    'udev/+dmi:id',
    'E:MEMORY_ARRAY_EC_TYPE=Multi-bit ECC\nE:MEMORY_DEVICE_0_SIZE=34359738368\nE:MEMORY_DEVICE_0_LOCATOR=DIMM_A2',
  );
  box.write('sys/class/hwmon/hwmon0/name', 'k10temp');
  box.write('sys/class/hwmon/hwmon0/temp1_input', '52625');
  box.write('sys/class/hwmon/hwmon0/temp1_label', 'Tctl');
  box.write('sys/class/powercap/intel-rapl:0/energy_uj', '1000000');
  box.write('sys/bus/pci/devices/0000:01:00.0/class', '0x030000');
  box.write('sys/bus/pci/devices/0000:01:00.0/vendor', '0x10de');
  box.write('sys/bus/pci/devices/0000:01:00.0/device', '0x2684');
  box.write('sys/class/net/enp5s0/address', 'aa:bb:cc:dd:ee:ff');
  box.write('sys/class/net/enp5s0/operstate', 'up');
  box.write('sys/class/net/enp5s0/speed', '10000');
  box.slice('holdfast-video.slice', 1_000_000, 500_000);
  box.slice('system.slice', 5_000_000, 700_000);
  return box;
}
