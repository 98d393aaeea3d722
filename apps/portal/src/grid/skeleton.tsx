import { Loading, Skeleton } from '../ui/states.tsx';
import { targetHeightFor } from './use-grid-layout.ts';

const rows = [
  [1.5, 0.75, 1.78, 1.33, 1],
  [1.33, 1.5, 0.67, 1.78, 1.2],
  [1.78, 1, 1.5, 1.33, 0.8],
  [0.8, 1.5, 1.33, 1.78, 1],
];

/** The grid's shape while its months are on their way. */
export function GridSkeleton({ density }: { density: number }) {
  const height = targetHeightFor(density, window.innerWidth);
  return (
    <div style={{ padding: '8px 68px 0 16px', overflow: 'hidden', flex: 1 }}>
      <Loading what="the library">
        <Skeleton width={110} height={16} style={{ margin: '4px 0 12px' }} />
        {rows.map((ratios) => (
          <div key={ratios.join()} style={{ display: 'flex', gap: 4, marginBlockEnd: 4 }}>
            {ratios.map((ratio, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
              <div key={column} style={{ flex: ratio }}>
                <Skeleton height={height} />
              </div>
            ))}
          </div>
        ))}
      </Loading>
    </div>
  );
}
