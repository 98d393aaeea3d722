import { useQuery } from '@tanstack/react-query';
import { collectionsQuery, tagsQuery } from '../api/queries.ts';
import type { AssetState } from '../api/types.ts';
import { assetStates, type Orientation, orientations, stateWords } from '../lib/words.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { LibraryAddress } from './library-address.ts';
import styles from './library-page.module.css';

const any = { value: '', label: 'Any' } as const;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** All filters of the library; each change goes to the address at once. */
export function FilterPanel({
  address,
  fixed,
  onChange,
}: {
  address: LibraryAddress;
  fixed?: { collection?: boolean };
  onChange: (change: Partial<LibraryAddress>) => void;
}) {
  const { data: tags } = useQuery(tagsQuery());
  const { data: collections } = useQuery(collectionsQuery);
  return (
    <div className={styles.filters}>
      <TextField
        small
        label="From"
        type="date"
        value={address.from ?? ''}
        max={address.to}
        onChange={(from) => onChange({ from: from || undefined })}
      />
      <TextField
        small
        label="To"
        type="date"
        value={address.to ?? ''}
        min={address.from}
        onChange={(to) => onChange({ to: to || undefined })}
      />
      <SelectField
        small
        label="Rating"
        value={String(address.minRating ?? '')}
        options={[
          any,
          ...[1, 2, 3, 4, 5].map((stars) => ({ value: String(stars), label: stars === 5 ? '5 stars' : `${stars} or more` })),
        ]}
        onChange={(value) => onChange({ minRating: value ? Number(value) : undefined })}
      />
      <SelectField
        small
        label="Orientation"
        value={address.orientation ?? ''}
        options={[any, ...orientations.map((value) => ({ value, label: capital(value) }))]}
        onChange={(value) => onChange({ orientation: (value || undefined) as Orientation | undefined })}
      />
      <SelectField
        small
        label="State"
        value={address.state ?? ''}
        options={[any, ...assetStates.map((value) => ({ value, label: stateWords[value].word }))]}
        onChange={(value) => onChange({ state: (value || undefined) as AssetState | undefined })}
      />
      <SelectField
        small
        label="Tag"
        value={address.tag ?? ''}
        options={[any, ...(tags?.items ?? []).map((tag) => ({ value: tag.id, label: `${tag.name} (${tag.assets})` }))]}
        onChange={(tag) => onChange({ tag: tag || undefined })}
      />
      {!fixed?.collection && (
        <SelectField
          small
          label="Collection"
          value={address.collection ?? ''}
          options={[any, ...(collections?.items ?? []).map((collection) => ({ value: collection.id, label: collection.name }))]}
          onChange={(collection) => onChange({ collection: collection || undefined })}
        />
      )}
      <TextField
        small
        label="Camera"
        value={address.camera ?? ''}
        placeholder="Any"
        onChange={(camera) => onChange({ camera: camera.trim() || undefined })}
      />
      <div data-wide>
        <Button
          small
          wide
          onPress={() =>
            onChange({
              kind: undefined,
              state: undefined,
              from: undefined,
              to: undefined,
              tag: undefined,
              collection: undefined,
              minRating: undefined,
              orientation: undefined,
              camera: undefined,
            })
          }
        >
          Clear all filters
        </Button>
      </div>
    </div>
  );
}
