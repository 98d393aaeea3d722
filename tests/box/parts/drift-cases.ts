import { formatCpuList } from '#allocation';
import type { RenderedPlan } from '../box-plans.ts';

/** A way in which somebody makes the machine depart from its plan. */
export interface DriftCase {
  kind: 'F' | 'P' | 'K' | 'T' | 'I' | 'X' | 'H' | 'U';
  what: string;
  make: string;
  /** What the agent is to name. */
  subject: RegExp;
  /** Undoes it where the agent must not; without it the agent heals. */
  undo?: string;
}

const units = '/etc/systemd/system';
const video = '/sys/fs/cgroup/holdfast.slice/holdfast-video.slice';

/** One of each kind that can be made by hand. */
export function driftCases({ assignments }: RenderedPlan): DriftCase[] {
  const [first = 0, ...rest] = assignments.video ?? [];
  const ml = formatCpuList(assignments.ml ?? []);
  return [
    {
      kind: 'F',
      what: 'a file that somebody edited',
      make: `cp ${units}/holdfast-video.slice /root/kept && sed -i 's/^AllowedCPUs=.*/AllowedCPUs=0-31/' ${units}/holdfast-video.slice`,
      subject: /^holdfast-video\.slice$/,
      undo: `cp /root/kept ${units}/holdfast-video.slice && systemctl daemon-reload`,
    },
    {
      kind: 'P',
      what: 'a weight that somebody set by systemctl',
      make: 'systemctl set-property --runtime holdfast-video.slice CPUWeight=77',
      subject: /^holdfast-video\.slice CPUWeight$/,
    },
    {
      kind: 'P',
      what: 'CPUs that somebody set by systemctl',
      make: `systemctl set-property --runtime holdfast-video.slice AllowedCPUs=${ml}`,
      subject: /^holdfast-video\.slice$/,
    },
    {
      kind: 'K',
      what: 'CPUs that somebody wrote into the control group',
      make: `echo ${formatCpuList(rest)} >${video}/cpuset.cpus`,
      subject: /^holdfast-video\.slice$/,
    },
    {
      kind: 'K',
      what: 'memory that somebody wrote into the control group',
      make: `echo 900000000 >${video}/memory.max`,
      subject: /^holdfast-video\.slice MemoryMax$/,
    },
    {
      kind: 'T',
      what: 'a thread that somebody bound',
      make: `taskset -cp ${first} "$(systemctl show -p MainPID --value box-fill@video.service)"`,
      subject: /sleep/,
      undo: 'systemctl restart box-fill@video.service',
    },
    {
      kind: 'I',
      what: 'where new interrupts go',
      make: 'echo ffffffff >/proc/irq/default_smp_affinity',
      subject: /./,
    },
    {
      kind: 'X',
      what: "a foreign group on everybody's CPUs",
      make: 'mkdir /sys/fs/cgroup/foreign; sleep infinity & echo $! >/sys/fs/cgroup/foreign/cgroup.procs',
      subject: /foreign/,
      undo: 'kill $(cat /sys/fs/cgroup/foreign/cgroup.procs); until rmdir /sys/fs/cgroup/foreign; do sleep 1; done',
    },
    {
      kind: 'U',
      what: 'a service that runs elsewhere',
      make: `mkdir -p /run/systemd/system/redis-server.service.d && printf '[Service]\\nSlice=system.slice\\n' >/run/systemd/system/redis-server.service.d/90-elsewhere.conf
systemctl daemon-reload && systemctl restart redis-server.service`,
      subject: /redis-server/,
      undo: 'rm -r /run/systemd/system/redis-server.service.d && systemctl daemon-reload && systemctl restart redis-server.service',
    },
    {
      kind: 'H',
      what: 'a CPU that went offline',
      make: 'echo 0 >/sys/devices/system/cpu/cpu31/online',
      subject: /./,
      undo: 'echo 1 >/sys/devices/system/cpu/cpu31/online',
    },
  ];
}
