import { expect, test } from 'vitest';
import { auditCsv } from './audit-csv.ts';

const event = {
  id: '7',
  at: '2024-03-01T10:00:00.000Z',
  actor: { kind: 'account', id: 'a', label: '=cmd|"x"' },
  action: 'tag.renamed',
  target: { kind: 'tag', id: 't' },
  requestId: 'r',
  detail: { from: 'a, "b"', to: 'c' },
};

test('every event is one line, quotes are doubled, commas stay inside', () => {
  const lines = auditCsv([event, event]).trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('"{""from"":""a, \\""b\\"""",""to"":""c""}"');
});

test('a name that a spreadsheet would run is made harmless', () => {
  expect(auditCsv([event])).toContain(`"'=cmd|""x"""`);
});
