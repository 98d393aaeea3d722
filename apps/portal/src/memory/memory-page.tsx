import { useQuery } from '@tanstack/react-query';
import { memoryQuery } from '../api/memory-queries.ts';
import { BoxPart } from '../box/box-part.tsx';
import { FiguresSkeleton } from '../reading/figures.tsx';
import { Reading } from '../reading/reading.tsx';
import { Skeleton } from '../ui/states.tsx';
import { MachineMemory } from './machine-memory.tsx';

const lead =
  'How much memory each workload is sure of, above which it is slowed down, and above which something of it is ended. What programs are told follows from it.';

/** Who has how much memory? */
export function MemoryPage() {
  return (
    <BoxPart part="/box/memory" lead={lead}>
      <ReadMemory />
    </BoxPart>
  );
}

function ReadMemory() {
  const query = useQuery(memoryQuery);
  return (
    <Reading query={query} what="the memory" failed="The memory could not be read" skeleton={<MemorySkeleton />}>
      {(memory) => <MachineMemory memory={memory} readAtMs={query.dataUpdatedAt} failed={query.isError} />}
    </Reading>
  );
}

function MemorySkeleton() {
  return (
    <>
      <FiguresSkeleton count={4} />
      <Skeleton height={90} style={{ borderRadius: 10, marginBlockStart: 32 }} />
      <Skeleton height={420} style={{ borderRadius: 10, marginBlockStart: 32 }} />
    </>
  );
}
