import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Layers, Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import { collectionsQuery } from '../api/queries.ts';
import type { Collection } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { FindField } from '../reading/find-field.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan, useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.tsx';
import { CollectionCard, type CollectionQuestion } from './collection-card.tsx';
import { DeleteCollectionDialog, EditCollectionDialog, EraseCollection, NewCollectionDialog } from './collection-dialogs.tsx';
import styles from './collections.module.css';
import { type CollectionOrder, type CollectionsAddress, collectionsOf, readCollectionsAddress } from './collections-address.ts';

const lead =
  'Assets that people have put together by hand, across dates and folders. An asset can be in many; its bytes are kept once.';

/** What has been put together? */
export function CollectionsPage() {
  const may = useCan();
  const navigate = useNavigate();
  const refusal = useNeeds()('collection.update', 'make collections');
  const query = useQuery({ ...collectionsQuery, enabled: may('collection.read') });
  const [making, setMaking] = useState(false);
  const make = (kind: 'primary' | 'plain') => (
    <Button kind={kind} icon={Plus} disabledBecause={refusal} onPress={() => setMaking(true)}>
      New collection
    </Button>
  );
  const isEmpty = query.data?.items.length === 0;
  return (
    <Page title="Collections" lead={lead} actions={may('collection.read') && !isEmpty && make('primary')}>
      {may('collection.read') ? (
        <Reading
          query={query}
          what="the collections"
          failed="The collections could not be read"
          skeleton={<CollectionsSkeleton />}
        >
          {({ items }) =>
            items.length > 0 ? (
              <CollectionsView collections={items} />
            ) : (
              <EmptyState icon={Layers} title="No collections yet" actions={make('primary')}>
                A collection holds what belongs together: a project, a report, a wall of portraits. Make one here, or select
                assets in the library and choose Collect.
              </EmptyState>
            )
          }
        </Reading>
      ) : (
        <NoPermission what="The collections are not for your role" needs="collection.read" />
      )}
      {making && (
        <NewCollectionDialog
          onClose={() => setMaking(false)}
          onMade={({ id }) => void navigate({ to: '/collections/$collectionId', params: { collectionId: id } })}
        />
      )}
    </Page>
  );
}

const orders: readonly { value: CollectionOrder; label: string }[] = [
  { value: 'changed', label: 'Last changed first' },
  { value: 'name', label: 'By name' },
  { value: 'size', label: 'Largest first' },
];

function CollectionsView({ collections }: { collections: readonly Collection[] }) {
  const [address, change] = usePageAddress<CollectionsAddress>(readCollectionsAddress);
  const [question, setQuestion] = useState<CollectionQuestion>();
  const found = collectionsOf(collections, address);
  const close = () => setQuestion(undefined);
  return (
    <>
      <div className={styles.tools}>
        <FindField label="Find a collection" value={address.find} onFind={(find) => change({ find })} />
        <SelectField
          label="Order"
          hideLabel
          value={address.order ?? 'changed'}
          options={orders}
          onChange={(order) => change({ order: order === 'changed' ? undefined : order })}
        />
        <span className={styles.total} role="status">
          {found.length === collections.length
            ? formatCounted(collections.length, 'collection')
            : `${formatCount(found.length)} of ${formatCounted(collections.length, 'collection')}`}
        </span>
      </div>
      {found.length > 0 ? (
        <ul className={styles.cards} aria-label="Collections">
          {found.map((collection) => (
            <CollectionCard key={collection.id} collection={collection} onAsk={setQuestion} />
          ))}
        </ul>
      ) : (
        <div className={page.card}>
          <EmptyState
            compact
            icon={SearchX}
            title={`No collection fits “${address.find ?? ''}”`}
            actions={<Button onPress={() => change({ find: undefined })}>Show all collections</Button>}
          >
            Names and descriptions are looked through.
          </EmptyState>
        </div>
      )}
      {question?.about === 'edit' && <EditCollectionDialog collection={question.collection} onClose={close} />}
      {question?.about === 'erase' && <EraseCollection collection={question.collection} onClose={close} />}
      {question?.about === 'delete' && <DeleteCollectionDialog collection={question.collection} onClose={close} />}
    </>
  );
}

function CollectionsSkeleton() {
  return (
    <>
      <div className={styles.tools}>
        <Skeleton width={320} height={32} />
        <Skeleton width={150} height={32} />
      </div>
      <div className={styles.cards}>
        {[0, 1, 2, 3, 4, 5].map((card) => (
          <div key={card} className={styles.card}>
            <div className={styles.cover} />
            <div className={styles.words} style={{ gap: 8 }}>
              <Skeleton width="60%" />
              <Skeleton width="40%" height={12} />
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
