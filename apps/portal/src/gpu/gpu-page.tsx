import { useQuery } from '@tanstack/react-query';
import { CircuitBoard } from 'lucide-react';
import { gpuQuery } from '../api/gpu-queries.ts';
import type { Gpu } from '../api/types.ts';
import { BoxPart } from '../box/box-part.tsx';
import { FiguresSkeleton } from '../reading/figures.tsx';
import { LiveMark } from '../reading/live-mark.tsx';
import { Reading } from '../reading/reading.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { sharedCards } from './gpu-shape.ts';
import { MachineCards } from './machine-cards.tsx';

const lead =
  'Who may take how much of each graphics card. A share is a ceiling: it says the most that a workload may take, and keeps nothing free for it.';

/** Who may take how much of the graphics cards? */
export function GpuPage() {
  return (
    <BoxPart part="/box/gpu" lead={lead}>
      <ReadGpu />
    </BoxPart>
  );
}

function ReadGpu() {
  const query = useQuery(gpuQuery);
  return (
    <Reading query={query} what="the graphics cards" failed="The graphics cards could not be read" skeleton={<GpuSkeleton />}>
      {(gpu) => <Cards gpu={gpu} mark={<LiveMark readAtMs={query.dataUpdatedAt} failed={query.isError} />} />}
    </Reading>
  );
}

function Cards({ gpu, mark }: { gpu: Gpu; mark: React.ReactNode }) {
  if (sharedCards(gpu).length === 0)
    return (
      <EmptyState icon={CircuitBoard} title="No graphics card">
        {gpu.problem ?? 'This machine has none.'} Everything runs on its processors. With a card, the section <code>gpu</code>{' '}
        of the manifest says who may take how much of it.
      </EmptyState>
    );
  return <MachineCards gpu={gpu} mark={mark} />;
}

function GpuSkeleton() {
  return (
    <>
      <FiguresSkeleton count={4} />
      <Skeleton height={320} style={{ borderRadius: 10, marginBlockStart: 32 }} />
    </>
  );
}
