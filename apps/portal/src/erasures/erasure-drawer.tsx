import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatBytes, formatCounted, formatMoment } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { EmptyState, Notice } from '../ui/states.tsx';
import { type CertificateFacts, certificateFile, readCertificate } from './certificate.ts';
import { type Erasure, kindWords } from './erasure-words.ts';
import styles from './erasures.module.css';

/** One erasure: what went, and the certificate with what it proves. */
export function ErasureDrawer({ erasure, name, onClose }: { erasure: Erasure | undefined; name: string; onClose: () => void }) {
  return (
    <Drawer title="Erasure" open onClose={onClose} width={440}>
      {erasure ? (
        <div className={styles.form}>
          <Facts facts={factsOf(erasure, name)} />
          <Certificate erasure={erasure} />
        </div>
      ) : (
        <EmptyState compact icon={Download} title="There is no such erasure">
          The address is not complete, or it is of another organisation.
        </EmptyState>
      )}
    </Drawer>
  );
}

function factsOf(erasure: Erasure, name: string): [string, ReactNode][] {
  const { subjectKind, subjectId, reason, assets, objects, bytes, handedOver, requestedBy, requestedAt, finishedAt } = erasure;
  return [
    [
      kindWords[subjectKind].title,
      <span key="name">
        {name}
        <code className={styles.code}>{subjectId}</code>
      </span>,
    ],
    ['Asked for', `by ${requestedBy} on ${formatMoment(requestedAt)}`],
    ...(reason ? [['Reason', reason] as [string, ReactNode]] : []),
    [
      'Gone',
      `${formatCounted(assets, 'asset')}, ${formatBytes(bytes)}${objects > 0 ? `, ${formatCounted(objects, 'object')}` : ''}`,
    ],
    ...(subjectKind === 'person'
      ? [['Handed over', `${formatCounted(handedOver, 'asset')} that others brought, too`] as [string, ReactNode]]
      : []),
    ['Done', finishedAt ? formatMoment(finishedAt) : 'not yet'],
  ];
}

function Facts({ facts }: { facts: readonly [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Certificate({ erasure }: { erasure: Erasure }) {
  if (erasure.state !== 'done') return <Notice>The certificate is signed once the keys are destroyed.</Notice>;
  if (!erasure.certificate)
    return <Notice>Nothing was under a key of its own, so nothing had to be destroyed and there is no certificate.</Notice>;
  const said = readCertificate(erasure.certificate);
  return (
    <section className={styles.form} aria-label="Certificate">
      <h3>Certificate</h3>
      {said ? <Facts facts={saidFacts(said)} /> : <Notice tone="warn">It is of a kind that this page does not know.</Notice>}
      <Button icon={Download} kind="primary" onPress={() => save(certificateFile(erasure))}>
        Download as JSON
      </Button>
      <p className={page.soft}>
        It proves that the files and texts under the keys cannot be read any more, here and, as far as said above, in backups.
        It cannot prove that nobody copied them before.
      </p>
      <p className={page.soft}>
        Anybody verifies it without this appliance, with the public key of erasures from where you keep it (
        <code>./holdfast keys public-key</code>):
      </p>
      <code className={styles.command}>verify_certificate.py erasure-….json --public-key KEY</code>
    </section>
  );
}

function saidFacts({ destroyedAt, backupsUnreadableAt, publicKey }: CertificateFacts): [string, ReactNode][] {
  return [
    ['Destroyed', formatMoment(destroyedAt)],
    [
      'Backups',
      backupsUnreadableAt
        ? `unreadable from ${formatMoment(backupsUnreadableAt)}`
        : 'those made before stay readable, with the keystore, until they are deleted',
    ],
    [
      'Signed by',
      <code key="key" className={styles.code}>
        {publicKey}
      </code>,
    ],
  ];
}

function save({ name, text }: { name: string; text: string }): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
