import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { explainQuery, placementQuery, tiersQuery } from '../api/storage-queries.ts';
import type { Asset, Placement } from '../api/types.ts';
import { formatBytes, formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import { ExplanationView } from '../storage/explanation.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './tabs.module.css';
import { usePlaceAsset } from './use-place-asset.ts';

/** Where does it lie, why, and what moves it next? Its original, and what was made of it. */
export function StorageTab({ asset }: { asset: Asset }) {
  const query = useQuery(placementQuery(asset.id));
  return (
    <div className={styles.tab}>
      <Reading
        query={query}
        what="where it lies"
        failed="Where it lies could not be read"
        skeleton={<StorageSkeleton />}
        compact
      >
        {(placement) => (
          <>
            <Original placement={placement} />
            <Wishes placement={placement} />
            <Renditions renditions={placement.renditions} />
            <p className={styles.stepNote}>
              <Link to="/storage">Storage</Link> shows all tiers and what moves tonight.
            </p>
          </>
        )}
      </Reading>
    </div>
  );
}

function Original({ placement: { original } }: { placement: Placement }) {
  const query = useQuery(explainQuery(original.objectId));
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>Where it lies</h2>
      <Reading query={query} what="why" failed="Why it lies there could not be read" skeleton={<StorageSkeleton />} compact>
        {(explanation) => <ExplanationView explanation={explanation} />}
      </Reading>
    </div>
  );
}

/** Pin it to a tier, let it go, or keep it from moving at all. */
function Wishes({ placement: { assetId, original, renditions } }: { placement: Placement }) {
  const refusal = useNeeds()('storage.update', 'pin assets');
  const { data: tiers } = useQuery(tiersQuery);
  const place = usePlaceAsset(assetId);
  const [chosen, setChosen] = useState<string>();
  const [withRenditions, setWithRenditions] = useState(false);
  const names = tiers?.items.map(({ name }) => name) ?? [original.tier];
  const target = chosen ?? original.pinnedTier ?? original.tier;
  const too = withRenditions ? { renditions: true } : {};
  const still = original.neverMove && 'It is never to be moved. Let it move first.';
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>What you wish for it</h2>
      <div className={styles.wishes}>
        <SelectField
          small
          label="Tier to pin it to"
          hideLabel
          value={target}
          options={names.map((name) => ({ value: name, label: name }))}
          onChange={setChosen}
        />
        <Button
          small
          disabledBecause={refusal || still || (original.pinnedTier === target && `It is pinned to ${target} already.`)}
          busy={place.isPending}
          onPress={() => place.mutate({ pinnedTier: target, ...too })}
        >
          Pin to {target}
        </Button>
        <Button
          small
          kind="quiet"
          disabledBecause={refusal || (original.pinnedTier === null && 'It is not pinned.')}
          onPress={() => place.mutate({ pinnedTier: null, ...too })}
        >
          Unpin
        </Button>
      </div>
      <Checkbox
        as="switch"
        label="Never move it"
        checked={original.neverMove}
        disabledBecause={refusal || (original.pinnedTier !== null && 'It is pinned. Unpin it first.')}
        onChange={(neverMove) => place.mutate({ neverMove, ...too })}
      />
      {renditions.length > 0 && (
        <Checkbox
          label="The same for what was made of it"
          checked={withRenditions}
          disabledBecause={refusal}
          onChange={setWithRenditions}
        />
      )}
      {refusal && <p className={styles.stepNote}>{refusal}</p>}
    </div>
  );
}

function Renditions({ renditions }: Pick<Placement, 'renditions'>) {
  if (renditions.length === 0) return null;
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>What was made of it</h2>
      <ul>
        {renditions.map(({ tier, objects, bytes, pinned, held }) => (
          <li key={tier}>
            {formatCounted(objects, 'rendition')} on {tier}, {formatBytes(bytes)}
            {pinned > 0 && `, ${pinned} pinned`}
            {held > 0 && `, ${held} held`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function StorageSkeleton() {
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      {['30%', '84%', '64%', '72%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
