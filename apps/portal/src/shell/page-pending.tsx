import { Loading, Skeleton } from '../ui/states.tsx';
import styles from './page.module.css';

/** Shape of any page while its code arrives: a heading and lines. */
export function PagePending() {
  return (
    <div className={styles.page}>
      <Loading what="the page">
        <Skeleton width={180} height={24} />
        <div style={{ display: 'grid', gap: 12, marginBlockStart: 24 }}>
          <Skeleton width="60%" />
          <Skeleton width="80%" />
          <Skeleton width="40%" />
        </div>
      </Loading>
    </div>
  );
}
