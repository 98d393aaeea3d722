import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, SearchX, Tags as TagsIcon } from 'lucide-react';
import { useState } from 'react';
import { tagsQuery } from '../api/queries.ts';
import type { Tag } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { FindField } from '../reading/find-field.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan, useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page } from '../shell/page.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Checkbox, SelectField } from '../ui/field.tsx';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.tsx';
import { DeleteTagDialog, NewTagDialog, RenameTagDialog } from './tag-dialogs.tsx';
import { TagList, type TagQuestion } from './tag-list.tsx';
import styles from './tags.module.css';
import { readTagsAddress, type TagOrder, type TagsAddress, tagsOf } from './tags-address.ts';

const lead = 'Words on your media, given by people or found in the files themselves. Follow one to everything that carries it.';

/** Which words stand on our media, and on how much of it? */
export function TagsPage() {
  const may = useCan();
  const refusal = useNeeds()('tag.update', 'make tags');
  const query = useQuery({ ...tagsQuery(), enabled: may('tag.read') });
  const [making, setMaking] = useState(false);
  return (
    <Page
      title="Tags"
      lead={lead}
      actions={
        may('tag.read') && (
          <Button kind="primary" icon={Plus} disabledBecause={refusal} onPress={() => setMaking(true)}>
            New tag
          </Button>
        )
      }
    >
      {may('tag.read') ? (
        <Reading query={query} what="the tags" failed="The tags could not be read" skeleton={<TagsSkeleton />}>
          {({ items }) => (items.length === 0 ? <NoTags /> : <TagsView tags={items} />)}
        </Reading>
      ) : (
        <NoPermission what="The tags are not for your role" needs="tag.read" />
      )}
      {making && <NewTagDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

const orders: readonly { value: TagOrder; label: string }[] = [
  { value: 'most', label: 'Most used first' },
  { value: 'name', label: 'By name' },
];

function TagsView({ tags }: { tags: readonly Tag[] }) {
  const [address, change] = usePageAddress<TagsAddress>(readTagsAddress);
  const [question, setQuestion] = useState<TagQuestion>();
  const found = tagsOf(tags, address);
  const most = tags.reduce((highest, tag) => Math.max(highest, tag.assets), 0);
  const unused = tags.filter((tag) => tag.assets === 0).length;
  const close = () => setQuestion(undefined);
  return (
    <>
      <div className={styles.tools}>
        <FindField label="Find a tag" value={address.find} onFind={(find) => change({ find })} />
        <SelectField
          label="Order"
          hideLabel
          value={address.order ?? 'most'}
          options={orders}
          onChange={(order) => change({ order: order === 'most' ? undefined : order })}
        />
        {(unused > 0 || address.unused) && (
          <Checkbox
            label={`Only unused (${formatCount(unused)})`}
            checked={address.unused ?? false}
            onChange={(only) => change({ unused: only || undefined })}
          />
        )}
        <span className={styles.total} role="status">
          {found.length === tags.length
            ? formatCounted(tags.length, 'tag')
            : `${formatCount(found.length)} of ${formatCounted(tags.length, 'tag')}`}
        </span>
      </div>
      {found.length > 0 ? (
        <TagList key={JSON.stringify(address)} tags={found} most={most} onAsk={setQuestion} />
      ) : (
        <div className={page.card}>
          <EmptyState
            compact
            icon={SearchX}
            title={address.find ? `No tag fits “${address.find}”` : 'Every tag is in use'}
            actions={<Button onPress={() => change({ find: undefined, unused: undefined })}>Show all tags</Button>}
          />
        </div>
      )}
      {question?.about === 'rename' && <RenameTagDialog tag={question.tag} onClose={close} />}
      {question?.about === 'delete' && <DeleteTagDialog tag={question.tag} onClose={close} />}
    </>
  );
}

function NoTags() {
  return (
    <EmptyState
      icon={TagsIcon}
      title="No tags yet"
      actions={
        <Link to="/" className={buttonClass({ kind: 'primary' })}>
          Go to the library
        </Link>
      }
    >
      Tags bring together what belongs together, across dates and folders. Select assets in the library and give them one;
      keywords inside your files become tags by themselves.
    </EmptyState>
  );
}

function TagsSkeleton() {
  return (
    <>
      <div className={styles.tools}>
        <Skeleton width={320} height={32} />
        <Skeleton width={150} height={32} />
      </div>
      <div className={styles.tags}>
        {Array.from({ length: 24 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
          <div key={index} className={styles.tag}>
            <Skeleton width={`${30 + ((index * 37) % 40)}%`} />
          </div>
        ))}
      </div>
    </>
  );
}
