import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { domainPlanQuery } from '../api/reconcile-queries.ts';
import type { DomainDetail } from '../api/reconcile-types.ts';
import type { Memory } from '../api/types.ts';
import { ApplyDialog } from '../changes/apply-dialog.tsx';
import { ControlNotice } from '../changes/control-notice.tsx';
import { DriftSection } from '../changes/drift-section.tsx';
import { LastChange } from '../changes/last-change.tsx';
import { machineFigure } from '../changes/machine-figure.ts';
import { PlanOutcome } from '../changes/plan-outcome.tsx';
import { applyRefusal } from '../changes/refusal.ts';
import { readTriedValues, type TriedValues, writeTriedValues } from '../changes/tried-values.ts';
import { useControl } from '../changes/use-control.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { type Figure, Figures } from '../reading/figures.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Notice } from '../ui/states.tsx';
import { LimitsSection } from './limits-section.tsx';
import styles from './memory.module.css';
import { limitKeys, readMemoryAddress } from './memory-address.ts';
import { guarantees, onlyOtherLimits, partsInUse, withLimit } from './memory-shape.ts';
import { memoryText } from './memory-words.ts';
import { SettingsSection } from './settings-section.tsx';
import { VesselSection } from './vessel-section.tsx';

/** The memory with its limits, and what is tried. */
export function MachineMemory({ memory, readAtMs, failed }: { memory: Memory; readAtMs: number; failed: boolean }) {
  const [address, change] = usePageAddress(readMemoryAddress);
  const [applying, setApplying] = useState<'tried' | 'declared'>();
  const control = useControl('memory');
  const tried = onlyOtherLimits(memory.workloads, readTriedValues(address.try, limitKeys));
  const settled = useDebounced(writeTriedValues(tried), 200);
  const isTrying = Object.keys(tried).length > 0;
  const trial = useQuery({
    ...domainPlanQuery('memory', { ...readTriedValues(settled, limitKeys) }),
    enabled: isTrying && settled !== undefined,
    placeholderData: keepPreviousData,
  });
  const plan = isTrying ? trial.data : undefined;
  const setTried = (limits: TriedValues) => change({ try: writeTriedValues(onlyOtherLimits(memory.workloads, limits)) });
  const isDeclared = memory.workloads.length > 0;
  return (
    <>
      <Figures label="The memory at a glance" figures={figuresOf(memory, tried, control.detail)} />
      <div className={styles.notices}>
        <ControlNotice control={control} />
        {memory.obstacles.map(({ message }) => (
          <Notice key={message} tone="bad">
            {message} Programs get the least that they can run with.
          </Notice>
        ))}
      </div>
      <VesselSection memory={memory} readAtMs={readAtMs} failed={failed} />
      {isDeclared && (
        <LimitsSection
          memory={memory}
          tried={tried}
          onTry={(key, mb) => setTried(withLimit(tried, key, mb))}
          onReset={() => setTried({})}
          applyRefusal={applyRefusal(control, { isDeclared, isChanged: isTrying, isShort: plan?.feasible === false })}
          onApply={() => setApplying(isTrying ? 'tried' : 'declared')}
        />
      )}
      {isTrying && (
        <PlanOutcome
          plan={plan}
          error={trial.error}
          failed="These limits could not be tried"
          keys={limitKeys}
          onRetry={() => void trial.refetch()}
          onUse={(values) => setTried(values)}
        />
      )}
      {control.detail && <DriftSection detail={control.detail} onApplyAnew={() => setApplying('declared')} />}
      <SettingsSection settings={memory.settings} fromNextStart={memory.fromNextStart} />
      <LastChange domain="memory" />
      {applying && (
        <ApplyDialog
          domain="memory"
          title={applying === 'tried' ? 'Apply these limits' : 'Apply the declared limits anew'}
          values={applying === 'tried' ? { ...tried } : {}}
          onClose={() => setApplying(undefined)}
        />
      )}
    </>
  );
}

function figuresOf(memory: Memory, tried: TriedValues, detail: DomainDetail | undefined): Figure[] {
  const { totalMb, availableMb, unguaranteedMb } = memory.machine;
  const { sumMb, leftMb } = guarantees(memory, tried);
  const others = partsInUse(memory)?.find(({ kind }) => kind === 'others')?.mb;
  return [
    { label: 'Memory', value: totalMb === null ? 'not known' : memoryText(totalMb), note: 'of the machine' },
    {
      label: 'In use',
      value: totalMb === null || availableMb === null ? 'not known' : memoryText(totalMb - availableMb),
      note: others === undefined ? 'the machine does not say' : `${memoryText(others)} of it by nobody declared`,
    },
    {
      label: 'Guaranteed',
      value: memoryText(sumMb),
      note:
        leftMb === null
          ? 'to workloads'
          : leftMb < 0
            ? `${memoryText(-leftMb)} too much: ${memoryText(unguaranteedMb)} stay free`
            : `${memoryText(leftMb)} more could be, ${memoryText(unguaranteedMb)} stay free`,
      ...(leftMb !== null && leftMb < 0 ? { tone: 'bad' as const } : {}),
    },
    machineFigure(detail),
  ];
}
