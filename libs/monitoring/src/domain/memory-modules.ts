import { firmwareText } from './dmi.ts';

/** A module of memory as the firmware describes it. */
export interface MemoryModule {
  slot: string;
  bytes: number;
  type: string | null;
  /** Transfers a second, in millions, that it runs at. */
  megatransfers: number | null;
  manufacturer: string | null;
  partNumber: string | null;
  serial: string | null;
}

export interface MemoryLayout {
  slots: number | null;
  errorCorrection: string | null;
  modules: MemoryModule[];
}

/** Reads udev's record of the machine (`+dmi:id`), in which its helper dmi_memory_id writes every slot. undefined where it has none of them. */
export function parseMemoryLayout(record: string): MemoryLayout | undefined {
  const values = new Map<string, string>();
  for (const line of record.split('\n')) {
    const match = /^E:(MEMORY_[A-Z0-9_]+)=(.*)$/.exec(line);
    if (match) values.set(match[1] as string, match[2] as string);
  }
  const slots = [...values.keys()].flatMap((name) => /^MEMORY_DEVICE_(\d+)_/.exec(name)?.[1] ?? []);
  const numbers = [...new Set(slots)].map(Number).sort((left, right) => left - right);
  if (numbers.length === 0) return undefined;
  const declared = Number(values.get('MEMORY_ARRAY_NUM_DEVICES') ?? Number.NaN);
  return {
    slots: Number.isInteger(declared) && declared > 0 ? declared : numbers.length,
    errorCorrection: firmwareText(values.get('MEMORY_ARRAY_EC_TYPE')) ?? 'none',
    modules: numbers.flatMap((slot) => moduleAt(slot, values) ?? []),
  };
}

function moduleAt(slot: number, values: ReadonlyMap<string, string>): MemoryModule | undefined {
  const of = (name: string) => values.get(`MEMORY_DEVICE_${slot}_${name}`);
  const bytes = Number(of('SIZE') ?? 0);
  if (of('PRESENT') === '0' || !(bytes > 0)) return undefined;
  const speed = Number(of('CONFIGURED_SPEED_MTS') ?? of('SPEED_MTS') ?? 0);
  return {
    slot: [of('BANK_LOCATOR'), of('LOCATOR')].flatMap((part) => firmwareText(part) ?? []).join(' ') || `slot ${slot}`,
    bytes,
    type: firmwareText(of('TYPE')),
    megatransfers: speed > 0 ? speed : null,
    manufacturer: firmwareText(of('MANUFACTURER')),
    partNumber: firmwareText(of('PART_NUMBER')),
    serial: firmwareText(of('SERIAL_NUMBER')),
  };
}
