import { Bot, Cog, Info, type LucideIcon, Terminal, User } from 'lucide-react';
import { useState } from 'react';
import { formatDay } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import styles from './audit.module.css';
import { type AuditEvent, aboutOf, actorWords, deedWords } from './audit-words.ts';
import { EventDrawer } from './event-drawer.tsx';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
const actorIcons: Record<string, LucideIcon> = { account: User, command: Terminal, system: Cog, job: Bot };

/** Events by day, newest first: when, who, did what, to what. */
export function EventTable({ events }: { events: readonly AuditEvent[] }) {
  const [opened, setOpened] = useState<AuditEvent>();
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.events)}>
        <caption className="seen-by-readers-only">Events, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Who</th>
            <th scope="col">Did</th>
            <th scope="col">About</th>
            <th scope="col">
              <span className="seen-by-readers-only">Details</span>
            </th>
          </tr>
        </thead>
        {byDay(events).map(([day, rows]) => (
          <tbody key={day}>
            <tr className={styles.day}>
              <th scope="rowgroup" colSpan={5}>
                {formatDay(`${day}T00:00:00Z`)}
              </th>
            </tr>
            {rows.map((event) => (
              <EventRow key={event.id} event={event} onOpen={() => setOpened(event)} />
            ))}
          </tbody>
        ))}
      </table>
      {opened && <EventDrawer event={opened} onClose={() => setOpened(undefined)} />}
    </div>
  );
}

function EventRow({ event, onOpen }: { event: AuditEvent; onOpen: () => void }) {
  const { actor, action, at } = event;
  const Icon = actorIcons[actor.kind] ?? Cog;
  const deed = deedWords(action);
  return (
    <tr data-refused={action.endsWith('.refused') ? '' : undefined}>
      <td data-label="Time" className={styles.time}>
        <time dateTime={at}>{clock.format(new Date(at))}</time>
      </td>
      <td data-label="Who" className={styles.who}>
        <span>
          <Icon role="img" aria-label={actorWords[actor.kind] ?? actor.kind} />
          {actor.label}
        </span>
      </td>
      <td data-label="Did" className={styles.deed}>
        {deed}
      </td>
      <td data-label="About" data-wide className={styles.about}>
        {aboutOf(event)}
      </td>
      <td className={styles.open}>
        <IconButton
          small
          label={`Details: ${actor.label} ${deed}, ${clock.format(new Date(at))}`}
          icon={Info}
          hintPlacement="left"
          onPress={onOpen}
        />
      </td>
    </tr>
  );
}

function byDay(events: readonly AuditEvent[]): [string, AuditEvent[]][] {
  const days = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const day = dayKey.format(new Date(event.at));
    const rows = days.get(day);
    if (rows) rows.push(event);
    else days.set(day, [event]);
  }
  return [...days];
}
