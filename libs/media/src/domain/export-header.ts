import { z } from 'zod';
import { HoldfastError } from '#kernel';
import { type ExportLockRecord, exportLockSchema } from '#keys';

const format = 'holdfast-sealed-export';
const version = 1;
const schema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  exportId: z.uuid(),
  lock: exportLockSchema,
});

/** What `export.json` says of a sealed export. It holds nothing that is secret, and no names. */
export interface ExportHeader {
  /** UUID, random. */
  exportId: string;
  lock: ExportLockRecord;
}

/** The bytes of `export.json`. */
export function formatExportHeader({ exportId, lock }: ExportHeader): Buffer {
  return Buffer.from(`${JSON.stringify({ format, version, exportId, lock }, undefined, 2)}\n`);
}

/** What `export.json` says; `source` names it. Throws EXPORT_UNREADABLE for any format or version but ours. */
export function parseExportHeader(content: Uint8Array, source: string): ExportHeader {
  const value = parsed(content);
  const result = schema.safeParse(value);
  if (result.success) return { exportId: result.data.exportId, lock: result.data.lock };
  const { format: isFormat, version: isVersion } = (value ?? {}) as { format?: unknown; version?: unknown };
  const isNewer = isFormat === format && isVersion !== version;
  throw new HoldfastError('EXPORT_UNREADABLE', {
    kind: isNewer ? 'unsupported' : 'corrupted',
    message: isNewer
      ? `${source} is of version ${String(isVersion).slice(0, 20)} of its format; this release reads version ${version}.`
      : `${source} is no description of a sealed export, or it is damaged.`,
    action: isNewer ? 'Open it with a newer release.' : 'Take it from a copy; without it nothing of the export can be read.',
  });
}

function parsed(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString());
  } catch {
    return undefined;
  }
}
