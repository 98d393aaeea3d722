import { Injectable } from '@nestjs/common';
import { agentSocketPath } from '#agent-protocol';

/** Where the machine shows its CPUs, its memory and what they do, and where its agent listens; other places in tests only. */
@Injectable()
export class MachinePaths {
  sysfs = '/sys';
  stat = '/proc/stat';
  meminfo = '/proc/meminfo';
  cgroup = '/sys/fs/cgroup';
  nvidiaSmi = '/usr/bin/nvidia-smi';
  agentSocket = agentSocketPath;
}
