import { type BoxDisk, boxDisks, rootSignature } from './disks.ts';

/** What differs between two starts of the machine. Paths as QEMU sees them. */
export interface MachineWords {
  accelerator: 'kvm' | 'tcg';
  kernel: string;
  /** The image of each disk, by its name. */
  images: Record<string, { file: string; format: 'raw' | 'qcow2' }>;
  console: string;
  control: string;
  /** Units that this start leaves out. */
  without?: readonly string[];
}

/** The processor whose two sockets the guest takes for two L3 domains of eight cores, as the reference box has them. */
export const processor = 'EPYC-Milan';
const accelerators = { kvm: 'kvm', tcg: 'tcg,thread=multi,tb-size=1024' };

// Debian's kernel has NVMe and ext4 built in, so that the box needs no initial file system, which takes a quarter of a boot. Emulation is slow: what measures time at boot, or complains of slowness, is told not to. The emulated NVMe loses
// an interrupt now and then, and the kernel looks for what has come only after this time; three times its usual 30 s are too long for systemd's generators.
const kernelWords = [
  `root=PARTUUID=${rootSignature.toString(16)}-01 rw console=ttyS0 panic=-1 net.ifnames=0 loglevel=5 systemd.show_status=no`,
  'no_timer_check tsc=reliable mitigations=off nowatchdog rcupdate.rcu_cpu_stall_suppress=1 nvme_core.io_timeout=10',
].join(' ');

/** The words that QEMU is called with: the reference box in small, with no network at all. */
export function qemuWords(options: MachineWords): string[] {
  const { accelerator, kernel, images, console, control, without = [] } = options;
  const words = [kernelWords, ...without.map((unit) => `systemd.mask=${unit}`)].join(' ');
  return [
    ...['-accel', accelerators[accelerator], '-machine', 'q35', '-cpu', processor],
    ...['-smp', '32,sockets=2,cores=8,threads=2', '-m', '10240'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-nic', 'none', '-device', 'virtio-rng-pci'],
    ...['-kernel', kernel, '-append', words],
    ...['-serial', `file:${console}`],
    ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=control,path=${control},server=on,wait=off`],
    ...['-device', 'virtserialport,chardev=control,name=holdfast.box'],
    ...['-device', 'virtio-scsi-pci'],
    ...boxDisks.flatMap((disk) => diskWords(disk, images[disk.name])),
  ];
}

/** Past the cache of the machine that QEMU runs on: what the guest was told is written stays written when QEMU is killed. */
function diskWords(
  { name, serial, device, rotationRate }: BoxDisk,
  image: MachineWords['images'][string] | undefined,
): string[] {
  if (!image) throw new Error(`The disk ${name} has no image.`);
  const rotation = rotationRate === undefined ? '' : `,rotation_rate=${rotationRate}`;
  return [
    ...['-drive', `if=none,id=${name},file=${image.file},format=${image.format},cache=none,aio=threads,discard=unmap`],
    ...['-device', `${device},drive=${name},serial=${serial}${rotation}`],
  ];
}
