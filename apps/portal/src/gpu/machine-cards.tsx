import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { domainPlanQuery } from '../api/reconcile-queries.ts';
import type { Gpu } from '../api/types.ts';
import { ApplyDialog } from '../changes/apply-dialog.tsx';
import { ControlNotice } from '../changes/control-notice.tsx';
import { DriftSection } from '../changes/drift-section.tsx';
import { LastChange } from '../changes/last-change.tsx';
import { PlanOutcome } from '../changes/plan-outcome.tsx';
import { applyRefusal } from '../changes/refusal.ts';
import { readTriedValues, type TriedValues, writeTriedValues } from '../changes/tried-values.ts';
import { useControl } from '../changes/use-control.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { usePageAddress } from '../reading/page-address.ts';
import { Notice } from '../ui/states.tsx';
import { CardSection } from './card-section.tsx';
import { EnvironmentSection } from './environment-section.tsx';
import styles from './gpu.module.css';
import { readGpuAddress, shareKeys } from './gpu-address.ts';
import { sharedCards } from './gpu-shape.ts';
import { onlyOtherShares } from './share-numbers.ts';
import { SharesSection } from './shares-section.tsx';

/** The cards with who may take how much of them, and what is tried. */
export function MachineCards({ gpu, mark }: { gpu: Gpu; mark: ReactNode }) {
  const [address, change] = usePageAddress(readGpuAddress);
  const [applying, setApplying] = useState<'tried' | 'declared'>();
  const control = useControl('gpu');
  const tried = onlyOtherShares(gpu.declared, readTriedValues(address.try, shareKeys));
  const settled = useDebounced(writeTriedValues(tried), 200);
  const isTrying = Object.keys(tried).length > 0;
  const trial = useQuery({
    ...domainPlanQuery('gpu', { ...readTriedValues(settled, shareKeys) }),
    enabled: isTrying && settled !== undefined,
    placeholderData: keepPreviousData,
  });
  const plan = isTrying ? trial.data : undefined;
  const setTried = (shares: TriedValues) => change({ try: writeTriedValues(onlyOtherShares(gpu.declared, shares)) });
  const isShort = isTrying ? plan?.feasible === false : gpu.obstacles.length > 0;
  return (
    <>
      <div className={styles.notices}>
        <ControlNotice control={control} />
        <CardNotices gpu={gpu} />
      </div>
      {sharedCards(gpu).map((one, index) => (
        <CardSection key={one.key} shared={one} mark={index === 0 ? mark : undefined} />
      ))}
      {gpu.declared.some(({ shares }) => shares.length > 0) && (
        <SharesSection
          declared={gpu.declared}
          tried={tried}
          onTry={(key, value) => setTried({ ...tried, [key]: value })}
          onReset={() => setTried({})}
          applyRefusal={applyRefusal(control, { isDeclared: true, isChanged: isTrying, isShort })}
          onApply={() => setApplying(isTrying ? 'tried' : 'declared')}
        />
      )}
      {isTrying && (
        <PlanOutcome
          plan={plan}
          error={trial.error}
          failed="These shares could not be tried"
          keys={shareKeys}
          onRetry={() => void trial.refetch()}
          onUse={(values) => setTried({ ...tried, ...values })}
        />
      )}
      {control.detail && <DriftSection detail={control.detail} onApplyAnew={() => setApplying('declared')} />}
      {gpu.plan && <EnvironmentSection environment={gpu.plan.environment} />}
      <LastChange domain="gpu" />
      {applying && (
        <ApplyDialog
          domain="gpu"
          title={applying === 'tried' ? 'Apply these shares' : 'Apply the declared shares anew'}
          values={applying === 'tried' ? { ...tried } : {}}
          onClose={() => setApplying(undefined)}
        />
      )}
    </>
  );
}

function CardNotices({ gpu }: { gpu: Gpu }) {
  return (
    <>
      {gpu.problem && (
        <Notice tone="warn">
          {gpu.cards.length === 0 ? 'The cards cannot be read' : 'What the cards have and do is not known'}: {gpu.problem}
        </Notice>
      )}
      {gpu.obstacles.map(({ message }) => (
        <Notice key={message} tone="bad">
          <strong>The declared shares have no plan.</strong> {message}
        </Notice>
      ))}
      <Notice>
        In this release models and films run on the processors: shares are put in force, and hold for whoever uses the card.
      </Notice>
      {gpu.plan?.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
    </>
  );
}
