import { z } from 'zod';
import { HoldfastError } from '#kernel';
import { queueNames } from '#manifest';

const line = z.strictObject({
  queue: z.enum(queueNames),
  minute: z.iso.datetime({ offset: true }),
  jobs: z.number().int().nonnegative(),
  busySeconds: z.number().nonnegative(),
});

/** What came into a queue in one minute: how many jobs, and how long they took together once they ran. */
export interface LoadMinute {
  /** Begin of the minute. */
  atMs: number;
  jobs: number;
  busySeconds: number;
}

/** Minutes of each queue, in order of time. */
export type LoadRecord = Map<string, LoadMinute[]>;

/** Reads a record: JSON Lines of `queue`, `minute`, `jobs`, `busySeconds`. Throws LOAD_RECORD_INVALID with the line. */
export function parseLoadRecord(text: string, name: string): LoadRecord {
  const record: LoadRecord = new Map();
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const { queue, minute, jobs, busySeconds } = parseLine(raw, `${name}:${index + 1}`);
    const minutes = record.get(queue) ?? [];
    minutes.push({ atMs: Math.floor(Date.parse(minute) / 60_000) * 60_000, jobs, busySeconds });
    record.set(queue, minutes);
  }
  for (const minutes of record.values()) minutes.sort((a, b) => a.atMs - b.atMs);
  return record;
}

/** Writes a record as it is read. */
export function formatLoadRecord(record: LoadRecord): string {
  return [...record]
    .flatMap(([queue, minutes]) =>
      minutes.map(({ atMs, ...rest }) => JSON.stringify({ queue, minute: new Date(atMs).toISOString(), ...rest })),
    )
    .map((text) => `${text}\n`)
    .join('');
}

function parseLine(raw: string, place: string): z.output<typeof line> {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw invalid(place, 'is no JSON');
  }
  const read = line.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw invalid(place, `${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
}

function invalid(place: string, what: string): HoldfastError {
  return new HoldfastError('LOAD_RECORD_INVALID', {
    kind: 'invalid',
    message: `${place}: ${what}.`,
    action:
      'Each line is {"queue":"image","minute":"2026-11-20T10:00:00Z","jobs":12,"busySeconds":30.5}, as `holdfast queues load` writes it.',
  });
}
