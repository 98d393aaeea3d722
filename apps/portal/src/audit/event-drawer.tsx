import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Drawer } from '../ui/dialog.tsx';
import { CorrelationId } from '../ui/states.tsx';
import styles from './audit.module.css';
import { type AuditEvent, actorWords, deedWords } from './audit-words.ts';

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** Everything that was written down about one event. */
export function EventDrawer({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const { actor, action, target, at, requestId, detail } = event;
  const facts: [string, ReactNode][] = [
    [
      'When',
      <time key="at" dateTime={at}>
        {exact.format(new Date(at))}
      </time>,
    ],
    ['Who', <Words key="who" main={actor.label} below={actorWords[actor.kind] ?? actor.kind} code={actor.id} />],
    ['Did', <Words key="did" main={deedWords(action)} code={action} />],
    ['To what', <Words key="what" main={<TargetLink target={target} />} code={target.id} />],
    ...Object.entries(detail).map(([name, value]): [string, ReactNode] => [inWords(name), <Value key={name} value={value} />]),
  ];
  return (
    <Drawer title="Event" open onClose={onClose} width={440}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CorrelationId id={requestId} />
    </Drawer>
  );
}

/** The name of a detail as a person writes it: sizeBytes becomes Size bytes. */
function inWords(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Words({ main, below, code }: { main: ReactNode; below?: string; code: string }) {
  return (
    <>
      {main}
      {below && <div className={styles.below}>{below}</div>}
      <div className={styles.below}>
        <code>{code}</code>
      </div>
    </>
  );
}

/** Leads to what the event concerned, where it has a page. */
function TargetLink({ target: { kind, id } }: Pick<AuditEvent, 'target'>) {
  if (id === 'several') return `several of kind ${kind}`;
  if (kind === 'asset')
    return (
      <Link to="/assets/$assetId" params={{ assetId: id }}>
        this asset
      </Link>
    );
  if (kind === 'collection')
    return (
      <Link to="/collections/$collectionId" params={{ collectionId: id }}>
        this collection
      </Link>
    );
  if (kind === 'tag')
    return (
      <Link to="/" search={{ tag: id }}>
        assets with this tag
      </Link>
    );
  if (kind === 'account') return <Link to="/people">an account</Link>;
  if (kind === 'model') return <Link to="/system">a model</Link>;
  return kind;
}

function Value({ value }: { value: unknown }) {
  if (typeof value === 'string') return value === '' ? <span className={styles.below}>empty</span> : value;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string'))
    return (
      <ul className={styles.values}>
        {value.map((entry) => (
          <li key={entry}>{entry}</li>
        ))}
      </ul>
    );
  return <pre className={styles.json}>{JSON.stringify(value, null, 2)}</pre>;
}
