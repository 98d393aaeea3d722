import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TombstoneLedger } from './tombstone-ledger.adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('lines of any length come back in their order, and the last is found from the end', async () => {
  const line = fc.nat({ max: 20_000 }).map((length) => `{"é":"${'x'.repeat(length)}"}`);
  let file = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), async (batches) => {
      const ledger = new TombstoneLedger(join(folder, `${file++}`, 'tombstones.jsonl'));
      for (const batch of batches) {
        await ledger.append(batch);
        expect(await ledger.lastLine()).toBe(batch.at(-1));
      }
      expect(await ledger.lines()).toEqual(batches.flat());
    }),
    { numRuns: 30 },
  );
});

test('what a crash left of a last line is not read, and the next line takes its place', async () => {
  const path = join(folder, 'torn');
  const ledger = new TombstoneLedger(path);
  expect([await ledger.lines(), await ledger.lastLine()]).toEqual([[], undefined]);
  writeFileSync(path, '{"torn');
  expect([await ledger.lines(), await ledger.lastLine()]).toEqual([[], undefined]);
  await ledger.append(['one']);
  appendFileSync(path, `{"torn${'x'.repeat(10_000)}`);
  expect([await ledger.lines(), await ledger.lastLine()]).toEqual([['one'], 'one']);
  await ledger.append(['two', 'three']);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
});

test('nobody else may read a ledger that this made', async () => {
  const path = join(folder, 'new', 'tombstones.jsonl');
  await new TombstoneLedger(path).append(['one']);
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'new')).mode & 0o777]).toEqual([0o600, 0o700]);
});
