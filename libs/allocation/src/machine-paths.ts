import { Injectable } from '@nestjs/common';

/** Where the machine shows its CPUs and what they do; other places in tests only. */
@Injectable()
export class MachinePaths {
  sysfs = '/sys';
  stat = '/proc/stat';
}
