import type { SearchAnswer } from '../api/types.ts';
import { formatDay } from '../lib/format.ts';
import { kindWords } from '../lib/words.ts';
import { Chip } from '../ui/marks.tsx';
import { type SearchAddress, toggleInList } from './search-address.ts';
import styles from './search-page.module.css';

interface ShownChip {
  key: string;
  text: string;
  without: Partial<SearchAddress>;
}

/** The filters of an address as chips, each with the address that lacks it. */
export function chipsOf(address: SearchAddress, tagName: (id: string) => string): ShownChip[] {
  const kinds = (address.kind?.split(',') ?? []) as (keyof typeof kindWords)[];
  const chips: (ShownChip | false)[] = [
    ...kinds.map((kind) => ({
      key: `kind:${kind}`,
      text: kindWords[kind].many,
      without: { kind: toggleInList(address.kind, kind) },
    })),
    ...(address.tags?.split(',') ?? []).map((id) => ({
      key: `tag:${id}`,
      text: tagName(id),
      without: { tags: toggleInList(address.tags, id) },
    })),
    address.from !== undefined && { key: 'from', text: `From ${formatDay(address.from)}`, without: { from: undefined } },
    address.to !== undefined && { key: 'to', text: `To ${formatDay(address.to)}`, without: { to: undefined } },
    address.camera !== undefined && { key: 'camera', text: address.camera, without: { camera: undefined } },
    address.place !== undefined && { key: 'place', text: address.place, without: { place: undefined } },
    address.orientation !== undefined && { key: 'orientation', text: address.orientation, without: { orientation: undefined } },
    address.minRating !== undefined && {
      key: 'rating',
      text: `${address.minRating} stars or more`,
      without: { minRating: undefined },
    },
    address.collection !== undefined && { key: 'collection', text: 'In a collection', without: { collection: undefined } },
  ];
  return chips.filter((chip) => chip !== false);
}

/** The filters that are set, each with the way to take it off. */
export function SearchChips({
  address,
  facets,
  onChange,
}: {
  address: SearchAddress;
  facets: SearchAnswer['facets'] | undefined;
  onChange: (change: Partial<SearchAddress>) => void;
}) {
  const chips = chipsOf(address, (id) => facets?.tags.find((tag) => tag.id === id)?.name ?? 'Tag');
  if (chips.length === 0) return null;
  return (
    <div className={styles.chips}>
      {chips.map((chip) => (
        <Chip key={chip.key} removeLabel={`Remove filter: ${chip.text}`} onRemove={() => onChange(chip.without)}>
          {chip.text}
        </Chip>
      ))}
    </div>
  );
}
