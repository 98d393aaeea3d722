import { z } from 'zod';

const count = z.number().optional();

/** What of `smartctl --json --all` is read; disks leave out what they do not know. */
const report = z.object({
  smartctl: z
    .object({ messages: z.array(z.object({ string: z.string(), severity: z.string().optional() })).optional() })
    .optional(),
  smart_status: z.object({ passed: z.boolean() }).optional(),
  temperature: z.object({ current: count }).optional(),
  power_on_time: z.object({ hours: count }).optional(),
  nvme_smart_health_information_log: z
    .object({ percentage_used: count, available_spare: count, media_errors: count, unsafe_shutdowns: count })
    .optional(),
  ata_smart_attributes: z
    .object({ table: z.array(z.object({ id: z.number(), value: count, raw: z.object({ value: count }).optional() })) })
    .optional(),
});

/** How a disk says that it is. Unknown is never good. */
export interface SmartReport {
  state: 'good' | 'failing' | 'unknown';
  /** Why it is not known, or what is wrong. */
  reason: string | null;
  temperatureCelsius: number | null;
  powerOnHours: number | null;
  /** Share of its rated writes that is used up. */
  wearPercent: number | null;
  /** Sectors moved elsewhere, waiting for it or beyond repair; errors of an NVMe's media. */
  mediaErrors: number | null;
}

/** Attributes of ATA disks that count lost sectors (reallocated, pending, uncorrectable), and that tell the wear of SSDs. */
const lostSectors = [5, 197, 198];
const wearLeft = [231, 233, 177, 202];

/** A disk that nothing is known of. */
export function unknownSmart(reason: string): SmartReport {
  return { state: 'unknown', reason, temperatureCelsius: null, powerOnHours: null, wearPercent: null, mediaErrors: null };
}

/** Reads what smartctl said of a disk. */
export function parseSmartReport(json: string): SmartReport {
  let found: z.output<typeof report>;
  try {
    found = report.parse(JSON.parse(json));
  } catch {
    return unknownSmart('smartctl gave an answer that is none.');
  }
  const words = found.smartctl?.messages?.map((message) => message.string).join('; ');
  const { smart_status: status, nvme_smart_health_information_log: nvme } = found;
  if (!status && !nvme) return unknownSmart(reasonOf(words));
  const mediaErrors = nvme ? (nvme.media_errors ?? null) : lostOf(found);
  const isFailing = status?.passed === false;
  return {
    state: isFailing ? 'failing' : 'good',
    reason: isFailing ? 'The disk itself expects to fail: replace it.' : null,
    temperatureCelsius: found.temperature?.current ?? null,
    powerOnHours: found.power_on_time?.hours ?? null,
    wearPercent: nvme ? (nvme.percentage_used ?? null) : wearOf(found),
    mediaErrors,
  };
}

function reasonOf(words: string | undefined): string {
  if (words && /permission denied/i.test(words)) return 'Only root may ask the disk.';
  return words ? `smartctl says: ${words}` : 'The disk does not report on itself.';
}

function attribute(found: z.output<typeof report>, ids: readonly number[]) {
  return found.ata_smart_attributes?.table.filter(({ id }) => ids.includes(id)) ?? [];
}

function lostOf(found: z.output<typeof report>): number | null {
  const counts = attribute(found, lostSectors).flatMap(({ raw }) => raw?.value ?? []);
  return counts.length > 0 ? counts.reduce((sum, one) => sum + one, 0) : null;
}

/** These attributes begin at 100 and fall. */
function wearOf(found: z.output<typeof report>): number | null {
  const left = attribute(found, wearLeft)[0]?.value;
  return left === undefined || left > 100 ? null : 100 - left;
}
