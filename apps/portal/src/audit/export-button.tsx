import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { asProblem } from '../api/problem.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast-queue.ts';
import { auditCsv } from './audit-csv.ts';
import type { AuditEvent } from './audit-words.ts';

const atOnce = 500;
/** More would not fit into a spreadsheet's patience; the filter narrows it down. */
const most = 100_000;

/** Saves every event that fits the filter as a file, page after page; pressing again stops it. */
export function ExportButton({ action }: { action: string | undefined }) {
  const refusal = useNeeds()('audit.read', 'export the audit');
  const [done, setDone] = useState<number>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const run = async () => {
    const controller = new AbortController();
    stop.current = controller;
    setDone(0);
    try {
      const events = await readAll(action, controller.signal, setDone);
      save(auditCsv(events), `audit-${new Date().toISOString().slice(0, 10)}.csv`);
      toast({ tone: 'good', title: `${formatCounted(events.length, 'event')} exported` });
    } catch (thrown) {
      const { message, action: advice, requestId } = asProblem(thrown);
      if (!controller.signal.aborted)
        toast({ tone: 'bad', title: `The export stopped: ${message}`, detail: advice, requestId });
    } finally {
      setDone(undefined);
    }
  };

  if (done === undefined)
    return (
      <Button icon={Download} disabledBecause={refusal} onPress={() => void run()}>
        Export as CSV
      </Button>
    );
  return <Button onPress={() => stop.current?.abort()}>{`Stop the export (${formatCount(done)})`}</Button>;
}

async function readAll(
  action: string | undefined,
  signal: AbortSignal,
  onProgress: (count: number) => void,
): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: atOnce, ...(action ? { action } : {}), ...(cursor ? { cursor } : {}) };
    const page: { items: AuditEvent[]; nextCursor: string | null } = await ask(
      api.GET('/api/v1/audit', { params: { query }, signal }),
    );
    events.push(...page.items);
    cursor = page.nextCursor;
    onProgress(events.length);
  } while (cursor !== null && events.length < most);
  return events;
}

function save(text: string, name: string): void {
  // The mark tells spreadsheets that the file is UTF-8.
  const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
