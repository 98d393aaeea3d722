import { type AuditEvent, deedWords } from './audit-words.ts';

const columns = [
  'id',
  'at',
  'actor kind',
  'actor',
  'actor id',
  'action',
  'in words',
  'target kind',
  'target id',
  'request id',
  'detail',
];

/** Events as CSV (RFC 4180) with a header, oldest or newest first as given. */
export function auditCsv(events: readonly AuditEvent[]): string {
  const rows = events.map(({ id, at, actor, action, target, requestId, detail }) => [
    id,
    at,
    actor.kind,
    actor.label,
    actor.id,
    action,
    deedWords(action),
    target.kind,
    target.id,
    requestId,
    JSON.stringify(detail),
  ]);
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A cell, quoted; what a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
