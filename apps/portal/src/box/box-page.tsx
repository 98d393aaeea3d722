import { useQuery } from '@tanstack/react-query';
import { coresQuery } from '../api/cores-queries.ts';
import { FiguresSkeleton } from '../reading/figures.tsx';
import { Reading } from '../reading/reading.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './box.module.css';
import { Box } from './box.tsx';
import { BoxPart } from './box-part.tsx';

const lead =
  'Who runs on which cores. Each workload has whole cores of its own, in one L3 domain where that is possible; try other budgets and see who would move.';

/** Who runs where? */
export function BoxPage() {
  return (
    <BoxPart part="/box" lead={lead}>
      <ReadBox />
    </BoxPart>
  );
}

function ReadBox() {
  const query = useQuery(coresQuery);
  return (
    <Reading query={query} what="the cores" failed="The cores could not be read" skeleton={<BoxSkeleton />}>
      {(cores) => <Box cores={cores} />}
    </Reading>
  );
}

function BoxSkeleton() {
  return (
    <>
      <FiguresSkeleton count={4} />
      <div className={styles.pair} style={{ marginBlockStart: 32 }}>
        <Skeleton height={420} style={{ borderRadius: 10 }} />
        <Skeleton height={420} style={{ borderRadius: 10 }} />
      </div>
    </>
  );
}
