import { Injectable } from '@nestjs/common';

/** Where the machine shows itself; other places in tests only. */
@Injectable()
export class BoxPaths {
  sysfs = '/sys';
  proc = '/proc';
  /** udev's database: what it has read of devices with root's rights, for everybody. */
  udev = '/run/udev/data';
  /** Unified control groups (cgroup v2). */
  groups = '/sys/fs/cgroup';
  /** What a unit of root writes down of disks (`smartctl --json --all`), one file a disk. */
  smart = '/run/holdfast-smart';
}
