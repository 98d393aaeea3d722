import { ListFilter } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { PopPanel } from '../ui/menu.tsx';
import { FilterPanel } from './filter-panel.tsx';
import { filterCount, kindsOf, type LibraryAddress } from './library-address.ts';
import styles from './library-page.module.css';

/** Opens the filters beyond the kinds, and says how many are set. */
export default function FilterButton({
  address,
  collection,
  onChange,
}: {
  address: LibraryAddress;
  collection: boolean;
  onChange: (change: Partial<LibraryAddress>) => void;
}) {
  const set = filterCount(address) - (kindsOf(address).length > 0 ? 1 : 0) - (collection ? 1 : 0);
  const name = set > 0 ? `Filter (${set})` : 'Filter';
  return (
    <PopPanel
      label="Filters"
      placement="bottom start"
      trigger={
        <Button kind="quiet" icon={ListFilter} aria-label={name}>
          <span className={styles.wideOnly}>{name}</span>
        </Button>
      }
    >
      <FilterPanel address={address} fixed={{ collection }} onChange={onChange} />
    </PopPanel>
  );
}
