import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { agesQuery } from '../api/storage-queries.ts';
import type { TierAges } from '../api/types.ts';
import { formatBytes, formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/states.tsx';
import { ageRows } from './age-grid.ts';
import styles from './storage.module.css';

/** How long has nobody used what lies where? */
export function AgeSection({ tiers }: { tiers: readonly string[] }) {
  const query = useQuery(agesQuery);
  return (
    <Section title="Last used, by tier">
      <Reading
        query={query}
        what="the ages"
        failed="The ages could not be read"
        skeleton={<Skeleton height={240} style={{ borderRadius: 10 }} />}
        compact
      >
        {(ages) => <AgeTable ages={ages} tiers={tiers} />}
      </Reading>
    </Section>
  );
}

function AgeTable({ ages, tiers }: { ages: TierAges; tiers: readonly string[] }) {
  return (
    <div className={classNames(page.tableBox, styles.agesBox)}>
      <table className={styles.ages}>
        <caption className="seen-by-readers-only">Bytes on each tier by how long nobody has used them</caption>
        <thead>
          <tr>
            <th scope="col">Not used for</th>
            {tiers.map((tier) => (
              <th key={tier} scope="col">
                {tier}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {ageRows(ages, tiers).map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {row.cells.map((cell, index) => (
                <td key={tiers[index]} style={{ '--weight': cell.weight } as CSSProperties}>
                  {cell.objects === 0 ? (
                    <span className={page.faint}>0</span>
                  ) : (
                    <span title={formatCounted(cell.objects, 'object')}>{formatBytes(cell.bytes)}</span>
                  )}
                </td>
              ))}
              <td>{row.bytes === 0 ? <span className={page.faint}>0</span> : formatBytes(row.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
