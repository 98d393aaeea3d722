import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Plus, Tag as TagIcon, Undo2, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTagAssets } from '../actions/asset-actions.ts';
import { these } from '../actions/asset-set.ts';
import { assetQuery, tagsQuery } from '../api/queries.ts';
import type { Asset, AssetTag } from '../api/types.ts';
import { formatShare } from '../lib/format.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Track } from '../ui/marks.tsx';
import { EmptyState } from '../ui/states.tsx';
import styles from './tabs.module.css';
import { orderedTags } from './tag-order.ts';

const sourceWords = { person: 'by a person', model: 'by a model', file: 'by the file itself' };
const stateWords = { confirmed: 'Confirmed', suggested: 'Suggested', rejected: 'Rejected' };
/** What it is tagged as, how sure that is, and the last word to people. */
export function TagsTab({ asset }: { asset: Asset }) {
  const cannot = useNeeds()('tag.update', 'change tags');
  const queries = useQueryClient();
  const change = useTagAssets();
  const act = (tag: Pick<AssetTag, 'name'> & { id?: string | undefined }, action: 'confirm' | 'reject' | 'remove') =>
    change.mutate(
      { id: tag.id, name: tag.name, assets: these([asset.id]), action },
      { onSuccess: () => void queries.invalidateQueries({ queryKey: assetQuery(asset.id).queryKey }) },
    );
  return (
    <div className={styles.tab}>
      <AddTag disabledBecause={cannot} busy={change.isPending} onAdd={(name, id) => act({ name, id }, 'confirm')} />
      {asset.tags.length === 0 ? (
        <EmptyState compact icon={TagIcon} title="No tags yet">
          Tags come from people, from the file itself, and from models; what models suggest waits for someone to confirm it.
        </EmptyState>
      ) : (
        <ul>
          {orderedTags(asset.tags).map((tag) => (
            <TagRow key={tag.id} tag={tag} cannot={cannot} onAct={(action) => act(tag, action)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function TagRow({
  tag,
  cannot,
  onAct,
}: {
  tag: AssetTag;
  cannot: string | false;
  onAct: (action: 'confirm' | 'reject' | 'remove') => void;
}) {
  return (
    <li className={styles.tag}>
      <Link
        to="/search"
        search={{ tags: tag.id }}
        className={styles.tagName}
        data-rejected={tag.state === 'rejected' ? '' : undefined}
      >
        {tag.name}
      </Link>
      <div className={styles.tagButtons}>
        {tag.state === 'suggested' && (
          <IconButton label={`Confirm ${tag.name}`} icon={Check} disabledBecause={cannot} onPress={() => onAct('confirm')} />
        )}
        {tag.state === 'suggested' && (
          <IconButton label={`Reject ${tag.name}`} icon={X} disabledBecause={cannot} onPress={() => onAct('reject')} />
        )}
        {tag.state === 'confirmed' && (
          <IconButton label={`Remove ${tag.name}`} icon={X} disabledBecause={cannot} onPress={() => onAct('remove')} />
        )}
        {tag.state === 'rejected' && (
          <IconButton
            label={`Take the rejection of ${tag.name} back`}
            icon={Undo2}
            disabledBecause={cannot}
            onPress={() => onAct('confirm')}
          />
        )}
      </div>
      <span className={styles.tagNote}>
        {tag.source === 'person' || tag.state === 'suggested'
          ? `${stateWords[tag.state]} ${sourceWords[tag.source]}`
          : `${stateWords[tag.state]} by a person, suggested ${sourceWords[tag.source]}`}
        {tag.confidence !== null && (
          <span className={styles.sure}>
            <Track share={tag.confidence} thin />
            {formatShare(tag.confidence)} sure
          </span>
        )}
      </span>
    </li>
  );
}

function AddTag({
  disabledBecause,
  busy,
  onAdd,
}: {
  disabledBecause: string | false;
  busy: boolean;
  onAdd: (name: string, id: string | undefined) => void;
}) {
  const [text, setText] = useState('');
  const listId = useId();
  const settled = useDebounced(text.trim(), 150);
  const { data } = useQuery({ ...tagsQuery(settled), enabled: settled.length > 0 });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const name = text.trim();
        if (!name || disabledBecause || busy) return;
        onAdd(name, data?.items.find((tag) => tag.name.toLowerCase() === name.toLowerCase())?.id);
        setText('');
      }}
    >
      <TextField
        label="Add a tag"
        value={text}
        onChange={setText}
        maxLength={100}
        autoComplete="off"
        list={listId}
        readOnly={Boolean(disabledBecause)}
      />
      <datalist id={listId}>
        {data?.items.slice(0, 20).map((tag) => (
          <option key={tag.id} value={tag.name} />
        ))}
      </datalist>
      <Button
        type="submit"
        icon={Plus}
        busy={busy}
        disabledBecause={disabledBecause || (text.trim() === '' && 'Write a name first.')}
      >
        Add
      </Button>
    </form>
  );
}
