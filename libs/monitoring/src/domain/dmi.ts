/** What the firmware calls the machine; null where it says nothing or a placeholder. */
export interface MachineNames {
  manufacturer: string | null;
  model: string | null;
  version: string | null;
  serial: string | null;
  uuid: string | null;
  board: string | null;
  chassis: string | null;
}

/** Words that makers leave where a name should stand. */
const placeholder =
  /^(|-|0+|none|unknown|default string|not (specified|available|applicable|provided|settable)|n\/a|empty|undefined|to be filled( by o\.?e\.?m\.?)?\.?|system (manufacturer|product name|version|serial number)|o\.?e\.?m\.?|x+|123456789|03000200-0400-0500-0006-000700080009)$/i;

/** A text of the firmware, null where it is none. */
export function firmwareText(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return placeholder.test(trimmed) ? null : trimmed;
}

/** Types of chassis by number (SMBIOS 3.7, 7.4.1), those that a server or a desktop has. */
const chassisTypes: Readonly<Record<string, string>> = {
  3: 'desktop',
  4: 'low-profile desktop',
  6: 'mini tower',
  7: 'tower',
  8: 'portable',
  9: 'laptop',
  10: 'notebook',
  13: 'all in one',
  14: 'sub-notebook',
  17: 'main server chassis',
  23: 'rack mount',
  28: 'blade',
  31: 'convertible',
  35: 'mini PC',
};

/** The names of the machine from the files of /sys/class/dmi/id. */
export function machineNames(files: Readonly<Record<string, string | null>>): MachineNames {
  const of = (name: string) => firmwareText(files[name]);
  const board = [of('board_vendor'), of('board_name'), of('board_version')].filter((part) => part !== null).join(' ');
  return {
    manufacturer: of('sys_vendor'),
    model: of('product_name'),
    version: of('product_version'),
    serial: of('product_serial') ?? of('chassis_serial'),
    uuid: of('product_uuid'),
    board: board || null,
    chassis: chassisTypes[files.chassis_type?.trim() ?? ''] ?? null,
  };
}

/** What the machine runs in, where it is none of its own: known by what hypervisors call the machines they make. */
export function hypervisorOf(files: Readonly<Record<string, string | null>>, cpuFlags: readonly string[]): string | null {
  const names = `${files.sys_vendor ?? ''} ${files.product_name ?? ''} ${files.bios_vendor ?? ''}`;
  const known: [RegExp, string][] = [
    [/qemu|bochs|standard pc/i, 'QEMU'],
    [/kvm/i, 'KVM'],
    [/vmware/i, 'VMware'],
    [/virtualbox|innotek/i, 'VirtualBox'],
    [/microsoft corporation virtual/i, 'Hyper-V'],
    [/amazon ec2/i, 'Amazon EC2'],
    [/google/i, 'Google Compute Engine'],
    [/xen/i, 'Xen'],
  ];
  const found = known.find(([pattern]) => pattern.test(names))?.[1];
  return found ?? (cpuFlags.includes('hypervisor') ? 'a hypervisor that does not say its name' : null);
}
