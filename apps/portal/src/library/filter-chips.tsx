import { useQuery } from '@tanstack/react-query';
import { collectionsQuery, tagsQuery } from '../api/queries.ts';
import { formatDay } from '../lib/format.ts';
import { stateWords } from '../lib/words.ts';
import { Chip } from '../ui/marks.tsx';
import type { LibraryAddress } from './library-address.ts';
import styles from './library-page.module.css';

/** The filters that are set, beside the kinds, each with the way to take it off. */
export function FilterChips({
  address,
  hidden = [],
  onChange,
}: {
  address: LibraryAddress;
  hidden?: (keyof LibraryAddress)[];
  onChange: (change: Partial<LibraryAddress>) => void;
}) {
  const { data: tags } = useQuery({ ...tagsQuery(), enabled: address.tag !== undefined });
  const { data: collections } = useQuery({ ...collectionsQuery, enabled: address.collection !== undefined });
  const words: Partial<Record<keyof LibraryAddress, string | undefined>> = {
    from: address.from && `From ${formatDay(address.from)}`,
    to: address.to && `To ${formatDay(address.to)}`,
    minRating: starsWords(address.minRating),
    orientation: address.orientation,
    state: address.state && stateWords[address.state].word,
    camera: address.camera,
    tag: address.tag && `Tag: ${tags?.items.find((tag) => tag.id === address.tag)?.name ?? '…'}`,
    collection:
      address.collection && `In: ${collections?.items.find((collection) => collection.id === address.collection)?.name ?? '…'}`,
  };
  const shown = (Object.entries(words) as [keyof LibraryAddress, string | undefined][]).filter(
    ([key, text]) => text && !hidden.includes(key),
  );
  if (shown.length === 0) return null;
  return (
    <div className={styles.chips}>
      {shown.map(([key, text]) => (
        <Chip key={key} removeLabel={`Remove filter: ${text}`} onRemove={() => onChange({ [key]: undefined })}>
          {text}
        </Chip>
      ))}
    </div>
  );
}

function starsWords(least: number | undefined): string | undefined {
  if (least === undefined) return undefined;
  return least === 5 ? '5 stars' : `${least} stars or more`;
}
