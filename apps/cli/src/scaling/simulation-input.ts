import { readFileSync } from 'node:fs';
import { HoldfastError } from '#kernel';
import { type Appliance, type QueueName, queueNames } from '#manifest';
import { type LoadMinute, type LoadRecord, parseLoadRecord } from '#scaling';

/** Reads recorded load. Throws LOAD_RECORD_UNREADABLE, LOAD_RECORD_INVALID. */
export function readRecord(file: string): LoadRecord {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HoldfastError('LOAD_RECORD_UNREADABLE', {
      kind: 'invalid',
      message: `${file} cannot be read: ${(cause as Error).message}.`,
      action: 'Write it with `holdfast queues load --out FILE`.',
      cause,
    });
  }
  const record = parseLoadRecord(text, file);
  if (record.size > 0) return record;
  throw new HoldfastError('LOAD_RECORD_EMPTY', {
    kind: 'invalid',
    message: `${file} holds no minute of any queue.`,
    action: 'Let the appliance work for a while, and write it again.',
  });
}

/** The queues to play, each with its minutes. Throws LOAD_QUEUE_UNKNOWN. */
export function chosenQueues(record: LoadRecord, wanted: unknown): [QueueName, LoadMinute[]][] {
  if (wanted !== undefined && !record.has(String(wanted)))
    throw new HoldfastError('LOAD_QUEUE_UNKNOWN', {
      kind: 'invalid',
      message: `The record holds nothing of a queue ${String(wanted)}.`,
      action: `It holds ${[...record.keys()].join(', ')}.`,
    });
  return queueNames
    .filter((name) => record.has(name) && (wanted === undefined || wanted === name))
    .map((name) => [name, record.get(name) ?? []]);
}

/** What the strategies are compared with: options, and else what the manifest declares for the queue. Throws SIMULATION_OPTION_INVALID. */
export function contestOf(appliance: Appliance, queue: QueueName, options: Record<string, unknown>) {
  const { concurrency, scaling } = appliance.queues[queue];
  const declared = {
    max: scaling && 'max' in scaling ? scaling.max : Math.max(8, 2 * concurrency),
    wait: scaling && 'waitSeconds' in scaling ? scaling.waitSeconds : 60,
  };
  return {
    declared: concurrency,
    max: numberOf(options.max, '--max', 1, 1024) ?? declared.max,
    waitSeconds: numberOf(options.wait, '--wait', 0.1, 86_400) ?? declared.wait,
    days: numberOf(options.days, '--days', 1, 366) ?? 7,
    startSeconds: numberOf(options.start, '--start', 0, 3600),
  };
}

function numberOf(given: unknown, name: string, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new HoldfastError('SIMULATION_OPTION_INVALID', {
    kind: 'invalid',
    message: `${name} ${String(given)} is no number from ${least} to ${most}.`,
    action: `Say for example ${name} ${Math.max(least, Math.min(most, 10))}.`,
  });
}
