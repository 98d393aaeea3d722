import { z } from 'zod';
import type { PartHealth } from './tier-health.ts';

/** What is read of `smartctl --json --all`; smartmontools describes all of it in its own schema. */
const smartReport = z.object({
  smartctl: z.object({ messages: z.array(z.object({ string: z.string() })).optional() }).optional(),
  model_name: z.string().optional(),
  smart_status: z.object({ passed: z.boolean() }).optional(),
  temperature: z.object({ current: z.number() }).optional(),
  ata_smart_attributes: z
    .object({ table: z.array(z.object({ id: z.number(), name: z.string(), raw: z.object({ value: z.number() }) })) })
    .optional(),
  nvme_smart_health_information_log: z
    .object({
      critical_warning: z.number(),
      percentage_used: z.number(),
      media_errors: z.number(),
      available_spare: z.number(),
      available_spare_threshold: z.number(),
    })
    .optional(),
});
type SmartReport = z.output<typeof smartReport>;

/** Attributes whose growth foretells the end of a disk: reallocated, pending and uncorrectable sectors. */
const tellingAttributes = new Set([5, 197, 198]);

/** Reads what smartctl says of a disk. */
export function diskHealth(part: string, text: string): PartHealth {
  const report = parse(text);
  if (!report) return { part, state: 'unknown', message: 'smartctl gave no answer that can be read.' };
  if (!report.smart_status) {
    const why = report.smartctl?.messages?.map((message) => message.string).join(' ') || 'it tells nothing of itself';
    return { part, state: 'unknown', message: `Not known, because ${why}` };
  }
  const name = report.model_name ?? part;
  if (!report.smart_status.passed) return { part, state: 'failed', message: `${name} says that it is failing. Replace it.` };
  const signs = [...sectorSigns(report), ...flashSigns(report)];
  if (signs.length > 0) return { part, state: 'warning', message: `${name}: ${signs.join(', ')}.` };
  const degrees = report.temperature ? `, ${report.temperature.current} °C` : '';
  return { part, state: 'ok', message: `${name} says that it is well${degrees}.` };
}

function sectorSigns({ ata_smart_attributes: attributes }: SmartReport): string[] {
  const telling = attributes?.table.filter(({ id, raw }) => tellingAttributes.has(id) && raw.value > 0) ?? [];
  return telling.map(({ name, raw }) => `${name.replaceAll('_', ' ').toLowerCase()} ${raw.value}`);
}

function flashSigns({ nvme_smart_health_information_log: log }: SmartReport): string[] {
  if (!log) return [];
  return [
    ...(log.critical_warning === 0 ? [] : [`critical warning ${log.critical_warning}`]),
    ...(log.percentage_used < 90 ? [] : [`${log.percentage_used} % of its writes are used`]),
    ...(log.media_errors === 0 ? [] : [`${log.media_errors} media errors`]),
    ...(log.available_spare >= log.available_spare_threshold ? [] : [`only ${log.available_spare} % spare left`]),
  ];
}

function parse(text: string): SmartReport | undefined {
  try {
    return smartReport.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
