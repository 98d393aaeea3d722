import type { ReactNode } from 'react';
import type { SearchAnswer } from '../api/types.ts';
import { formatCount } from '../lib/format.ts';
import { kindWords, type Orientation } from '../lib/words.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states.tsx';
import { type SearchAddress, toggleInList } from './search-address.ts';
import styles from './search-page.module.css';

type Facets = NonNullable<SearchAnswer['facets']>;

interface FacetsProps {
  facets: Facets | undefined;
  address: SearchAddress;
  onChange: (change: Partial<SearchAddress>) => void;
}

/** What the hits divide into, with counts; each is a filter that can be set and taken off. */
export function FacetList({ facets, address, onChange }: FacetsProps) {
  const year =
    address.from?.endsWith('-01-01') && address.to === `${address.from.slice(0, 4)}-12-31`
      ? address.from.slice(0, 4)
      : undefined;
  const kinds = address.kind?.split(',') ?? [];
  const tags = address.tags?.split(',') ?? [];
  if (!facets) return <FacetsSkeleton />;
  return (
    <>
      <Group title="Kind">
        {facets.kinds.map(({ value, count }) => (
          <Facet
            key={value}
            count={count}
            on={kinds.includes(value)}
            onToggle={() => onChange({ kind: toggleInList(address.kind, value) })}
          >
            {kindWords[value].many}
          </Facet>
        ))}
      </Group>
      <Group title="Year">
        {facets.years.slice(0, 8).map(({ value, count }) => (
          <Facet
            key={value}
            count={count}
            on={year === value}
            onToggle={() =>
              onChange(year === value ? { from: undefined, to: undefined } : { from: `${value}-01-01`, to: `${value}-12-31` })
            }
          >
            {value}
          </Facet>
        ))}
        <div className={styles.dates}>
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
        </div>
      </Group>
      <Group title="Tags">
        {facets.tags.slice(0, 12).map(({ id, name, count }) => (
          <Facet
            key={id}
            count={count}
            on={tags.includes(id)}
            onToggle={() => onChange({ tags: toggleInList(address.tags, id) })}
          >
            {name}
          </Facet>
        ))}
      </Group>
      <Group title="Camera">
        {facets.cameras.slice(0, 8).map(({ value, count }) => (
          <Facet
            key={value}
            count={count}
            on={address.camera === value}
            onToggle={() => onChange({ camera: address.camera === value ? undefined : value })}
          >
            {value}
          </Facet>
        ))}
      </Group>
      <Group title="Orientation">
        {facets.orientations.map(({ value, count }) => (
          <Facet
            key={value}
            count={count}
            on={address.orientation === value}
            onToggle={() => onChange({ orientation: address.orientation === value ? undefined : (value as Orientation) })}
          >
            {value}
          </Facet>
        ))}
      </Group>
      <Group title="More">
        <div className={styles.dates}>
          <SelectField
            small
            label="Rating"
            value={String(address.minRating ?? '')}
            options={[
              { value: '', label: 'Any' },
              ...[1, 2, 3, 4, 5].map((stars) => ({
                value: String(stars),
                label: stars === 5 ? '5 stars' : `${stars} or more`,
              })),
            ]}
            onChange={(value) => onChange({ minRating: value ? Number(value) : undefined })}
          />
          <PlaceField key={address.place} place={address.place} onChange={(place) => onChange({ place })} />
        </div>
      </Group>
    </>
  );
}

function PlaceField({ place, onChange }: { place: string | undefined; onChange: (place: string | undefined) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(String(new FormData(event.currentTarget).get('place')).trim() || undefined);
      }}
    >
      <TextField small label="Place" name="place" defaultValue={place ?? ''} placeholder="Any; Enter applies" maxLength={200} />
    </form>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  if (Array.isArray(children) && children.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className={styles.facetTitle}>{title}</h2>
      {children}
    </section>
  );
}

function Facet({ count, on, onToggle, children }: { count: number; on: boolean; onToggle: () => void; children: string }) {
  return (
    <button type="button" className={styles.facet} aria-pressed={on} onClick={onToggle}>
      <span>{children}</span>
      <span className={styles.facetCount}>{formatCount(count)}</span>
    </button>
  );
}

function FacetsSkeleton() {
  return (
    <>
      {[3, 4, 5].map((rows) => (
        <div key={rows} style={{ display: 'grid', gap: 10 }}>
          <Skeleton width={48} height={12} />
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
            <Skeleton key={row} width={`${80 - row * 9}%`} />
          ))}
        </div>
      ))}
    </>
  );
}
