import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Gavel, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { holdsQuery } from '../api/retention-queries.ts';
import { formatBytes, formatCounted, formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { PlaceHoldDialog, ReleaseHoldDialog } from './hold-dialogs.tsx';
import styles from './retention.module.css';
import type { Hold } from './retention-words.ts';

/** Legal holds: what must not be deleted, who said so and why. */
export function Holds() {
  const query = useQuery(holdsQuery);
  const refusal = useNeeds()('hold.update', 'place legal holds');
  const [placing, setPlacing] = useState(false);
  const place = (
    <Button small icon={Gavel} disabledBecause={refusal} onPress={() => setPlacing(true)}>
      Place a hold
    </Button>
  );
  return (
    <Section title="Legal holds" aside={<span className={styles.aside}>{place}</span>}>
      <Reading query={query} what="the holds" failed="The holds could not be read" compact skeleton={<Skeleton width="50%" />}>
        {({ items }) =>
          items.length === 0 ? (
            <div className={page.card}>
              <EmptyState compact icon={Gavel} title="No legal hold stands">
                A hold keeps assets, or all that is and comes into a collection, whatever the policies say, until it is
                released.
              </EmptyState>
            </div>
          ) : (
            <ul className={styles.holds} aria-label="Legal holds">
              {items.map((hold) => (
                <HoldRow key={hold.id} hold={hold} refusal={refusal} />
              ))}
            </ul>
          )
        }
      </Reading>
      {placing && <PlaceHoldDialog onClose={() => setPlacing(false)} />}
    </Section>
  );
}

function HoldRow({ hold, refusal }: { hold: Hold; refusal: string | false }) {
  const [releasing, setReleasing] = useState(false);
  const { name, reason, collection, assets, bytes, placedBy, placedAt, releasedAt, releasedBy, releaseReason } = hold;
  return (
    <li className={styles.hold} data-released={releasedAt ? '' : undefined}>
      <div>
        <strong>{name}</strong>{' '}
        <span className={page.soft}>
          {formatCounted(assets, 'asset')}
          {!releasedAt && `, ${formatBytes(bytes)}`}
          {collection && ' · all of '}
          {collection?.name && (
            <Link to="/collections/$collectionId" params={{ collectionId: collection.id }} search={{}}>
              {collection.name}
            </Link>
          )}
          {collection && !collection.name && 'a collection that is gone'}
        </span>
        <p className={styles.reason}>{reason}</p>
        <p className={page.faint}>
          Placed by {placedBy} on {formatMoment(placedAt)}.
          {releasedAt && ` Released by ${releasedBy} on ${formatMoment(releasedAt)}: ${releaseReason}`}
        </p>
      </div>
      {!releasedAt && (
        <Button
          small
          icon={LockKeyholeOpen}
          disabledBecause={refusal}
          aria-label={`Release the hold ${name}`}
          onPress={() => setReleasing(true)}
        >
          Release
        </Button>
      )}
      {releasing && <ReleaseHoldDialog hold={hold} onClose={() => setReleasing(false)} />}
    </li>
  );
}
