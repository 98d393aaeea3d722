import { useQuery } from '@tanstack/react-query';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { erasuresQuery } from '../api/erasure-queries.ts';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan, useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page, Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { ErasureDrawer } from './erasure-drawer.tsx';
import { ErasureTable } from './erasure-table.tsx';
import type { Erasure } from './erasure-words.ts';
import { readErasuresAddress } from './erasures-address.ts';
import { RunningErasures } from './running-erasures.tsx';
import { useSubjectName } from './use-subject-name.ts';

/** What was erased, and what proves it? */
export function ErasuresPage() {
  const may = useCan();
  const refusal = useNeeds()('erasure.update', 'erase anything');
  const [asking, setAsking] = useState(false);
  return (
    <Page
      title="Erasures"
      lead="Destroys what somebody asked to be forgotten: its keys are destroyed, so that nothing opens it again, and a signed certificate says so."
      actions={
        may('erasure.read') && (
          <Button icon={Eraser} disabledBecause={refusal} onPress={() => setAsking(true)}>
            Erase…
          </Button>
        )
      }
    >
      {may('erasure.read') ? <Erasures /> : <NoPermission what="Erasures are not for your role" needs="erasure.read" />}
      {asking && <EraseDialog onClose={() => setAsking(false)} />}
    </Page>
  );
}

function Erasures() {
  const query = useQuery(erasuresQuery);
  return (
    <Reading query={query} what="the erasures" failed="The erasures could not be read" skeleton={<ErasuresSkeleton />}>
      {({ items }) => <ErasureLists items={items} />}
    </Reading>
  );
}

function ErasureLists({ items }: { items: readonly Erasure[] }) {
  const nameOf = useSubjectName();
  const [{ erasure: opened }, change] = usePageAddress(readErasuresAddress);
  const running = items.filter(({ state }) => state !== 'done');
  const done = items.filter(({ state }) => state === 'done');
  const shown = items.find(({ id }) => id === opened);
  return (
    <>
      {items.length === 0 && (
        <div className={page.card}>
          <EmptyState compact icon={Eraser} title="Nothing was ever erased here">
            A person, a collection or an asset is erased from here, or from its own menu. What that takes is shown before, and
            nothing under a legal hold goes.
          </EmptyState>
        </div>
      )}
      {running.length > 0 && (
        <Section title="Under way">
          <RunningErasures running={running} nameOf={nameOf} />
        </Section>
      )}
      {done.length > 0 && (
        <Section title="Done">
          <ErasureTable done={done} nameOf={nameOf} onOpen={(id) => change({ erasure: id })} />
        </Section>
      )}
      {opened && (
        <ErasureDrawer erasure={shown} name={shown ? nameOf(shown).name : ''} onClose={() => change({ erasure: undefined })} />
      )}
    </>
  );
}

function ErasuresSkeleton() {
  return (
    <div className={page.card} style={{ display: 'grid', gap: 20 }}>
      {['64%', '56%', '60%', '48%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
