import { useQuery } from '@tanstack/react-query';
import { type Config, configQuery } from '../api/config-queries.ts';
import { formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import { Page, Section } from '../shell/page.tsx';
import { NoPermission, Notice, Skeleton } from '../ui/states.tsx';
import styles from './configuration.module.css';
import { DownloadButtons } from './download-buttons.tsx';
import { DriftNotice } from './drift-notice.tsx';
import { FileSection } from './file-section.tsx';
import { HistorySection } from './history-section.tsx';
import { ValueChanges } from './value-changes.tsx';

const lead =
  'The file that declares this box. Each change is a signed generation: who, when and why. What is changed here is in force from the next start.';

/** How is the box declared, and who changed it? */
export function ConfigurationPage() {
  const may = useCan();
  return (
    <Page title="Configuration" lead={lead} actions={may('config.read') && <DownloadButtons />}>
      {may('config.read') ? (
        <ReadConfiguration />
      ) : (
        <NoPermission what="The configuration is not for your role" needs="config.read" />
      )}
    </Page>
  );
}

function ReadConfiguration() {
  const query = useQuery(configQuery);
  return (
    <Reading
      query={query}
      what="the configuration"
      failed="The configuration could not be read"
      skeleton={<Skeleton height={360} />}
    >
      {(config) => (
        <>
          <DriftNotice config={config} />
          <FileSection config={config} />
          <DeclaredOnly config={config} />
          <AwaitingStart config={config} />
          <HistorySection newest={config.newest} />
        </>
      )}
    </Reading>
  );
}

function AwaitingStart({ config: { awaitingStart } }: { config: Config }) {
  if (awaitingStart.length === 0) return null;
  return (
    <Section title="Waiting for the next start">
      <div className={styles.notice}>
        <Notice tone="warn">
          {formatCounted(awaitingStart.length, 'value')} differ from what was read when the api started. They are in force once
          the appliance is started again.
        </Notice>
      </div>
      <ValueChanges changes={awaitingStart} />
    </Section>
  );
}

/** Nothing pretends: what is only declared says so. */
function DeclaredOnly({ config: { declaredOnly } }: { config: Config }) {
  if (declaredOnly.length === 0) return null;
  return (
    <p className={styles.faint}>
      Declared only, nothing in this release acts on it yet: <code>{declaredOnly.join(', ')}</code>.
    </p>
  );
}
