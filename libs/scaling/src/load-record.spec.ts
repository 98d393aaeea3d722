import { describe, expect, it } from 'vitest';
import { formatLoadRecord, parseLoadRecord } from './load-record.ts';

const line = '{"queue":"image","minute":"2026-11-20T10:00:00.000Z","jobs":12,"busySeconds":30.5}\n';

describe('recorded load', () => {
  it('is read as it was written', () => {
    expect(formatLoadRecord(parseLoadRecord(`\n${line}`, 'x'))).toBe(line);
  });

  it.each([
    ['{', 'load.jsonl:2: is no JSON.'],
    ['{"queue":"pictures","minute":"2026-11-20T10:00:00Z","jobs":1,"busySeconds":1}', 'load.jsonl:2: queue: '],
    ['{"queue":"image","minute":"yesterday","jobs":1,"busySeconds":1}', 'load.jsonl:2: minute: '],
    ['{"queue":"image","minute":"2026-11-20T10:00:00Z","jobs":-1,"busySeconds":1}', 'load.jsonl:2: jobs: '],
    ['{"queue":"image","minute":"2026-11-20T10:00:00Z","jobs":1,"busySeconds":1,"x":1}', 'load.jsonl:2: the line: '],
  ])('says in which line what is wrong: %s', (bad, message) => {
    expect(() => parseLoadRecord(line + bad, 'load.jsonl')).toThrow(message);
  });
});
