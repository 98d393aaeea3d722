import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, FolderX, Layers } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { collectionQuery, collectionsQuery } from '../api/queries.ts';
import { compact } from '../lib/query-text.ts';
import { filterOf, type LibraryAddress } from '../library/library-address.ts';
import { LibraryView } from '../library/library-view.tsx';
import { useCan } from '../session/session.ts';
import { Page } from '../shell/page.tsx';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState, ErrorState, NoPermission } from '../ui/states.tsx';
import { CollectionMenu, type CollectionQuestion } from './collection-card.tsx';
import { DeleteCollectionDialog, EditCollectionDialog, EraseCollection } from './collection-dialogs.tsx';
import styles from './collections.module.css';

const route = getRouteApi('/shell/collections/$collectionId');

/** What is in this collection? The library, narrowed to it. */
export function CollectionPage() {
  const may = useCan();
  const { collectionId } = route.useParams();
  if (may('collection.read')) return <Collected key={collectionId} id={collectionId} />;
  return (
    <Page title="Collection">
      <NoPermission what="The collections are not for your role" needs="collection.read" />
    </Page>
  );
}

function Collected({ id }: { id: string }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const query = useQuery({
    ...collectionQuery(id),
    placeholderData: () => queries.getQueryData(collectionsQuery.queryKey)?.items.find((item) => item.id === id),
  });
  const [question, setQuestion] = useState<CollectionQuestion>();
  if (!query.data && query.isError) return <NoCollection error={query.error} onRetry={() => void query.refetch()} />;
  const collection = query.data;
  // A collection is no place for the trash, and the filter for itself is its own address.
  const address: LibraryAddress = { ...search, trash: undefined, collection: id };
  const change = (part: Partial<LibraryAddress>) =>
    void navigate({
      to: '/collections/$collectionId',
      params: { collectionId: id },
      search: compact({ ...search, ...part, trash: undefined, collection: undefined }),
      replace: true,
    });
  return (
    <div className={styles.page}>
      <div className={styles.crumb}>
        <nav aria-label="Place">
          <Link to="/collections">
            <ChevronLeft size={14} aria-hidden />
            Collections
          </Link>
        </nav>
        {collection?.description && <DescriptionLine text={collection.description} />}
      </div>
      <div className={styles.library}>
        <LibraryView
          title={collection?.name ?? 'Collection'}
          address={address}
          filter={filterOf(address)}
          collection={{ id, name: collection?.name ?? 'this collection' }}
          actions={collection && <CollectionMenu collection={collection} onAsk={setQuestion} />}
          empty={<EmptyCollection />}
          onChange={change}
        />
      </div>
      {question?.about === 'edit' && (
        <EditCollectionDialog collection={question.collection} onClose={() => setQuestion(undefined)} />
      )}
      {question?.about === 'erase' && (
        <EraseCollection collection={question.collection} onClose={() => setQuestion(undefined)} />
      )}
      {question?.about === 'delete' && (
        <DeleteCollectionDialog
          collection={question.collection}
          onClose={() => setQuestion(undefined)}
          onDeleted={() => void navigate({ to: '/collections', replace: true })}
        />
      )}
    </div>
  );
}

/** The description in one line; a press shows all of it. */
function DescriptionLine({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <button type="button" className={styles.descriptionLine} aria-expanded={open} onClick={() => setOpen(!open)}>
      {text}
    </button>
  );
}

function EmptyCollection() {
  const may = useCan()('collection.update');
  return (
    <EmptyState
      icon={Layers}
      title="Nothing is in this collection yet"
      actions={
        <Link to="/" className={buttonClass({ kind: 'primary' })}>
          Go to the library
        </Link>
      }
    >
      {may
        ? 'Select assets in the library, choose Collect, and put them here.'
        : 'As soon as somebody puts assets in, they appear here.'}
    </EmptyState>
  );
}

function NoCollection({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (asProblem(error).status !== 404)
    return (
      <Page title="Collection">
        <ErrorState error={error} what="The collection could not be read" onRetry={onRetry} />
      </Page>
    );
  return (
    <Page title="Collection">
      <EmptyState
        icon={FolderX}
        title="There is no such collection"
        actions={
          <Link to="/collections" className={buttonClass({ kind: 'primary' })}>
            See all collections
          </Link>
        }
      >
        It was deleted, or the address is not complete. What was in it is still in the library.
      </EmptyState>
    </Page>
  );
}
