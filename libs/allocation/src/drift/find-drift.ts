import { type DesiredCores, type Drift, driftKinds, type ObservedCores } from './drift.ts';
import { fileDrift } from './file-drift.ts';
import { foreignDrift, groupDrift, limitDrift } from './group-drift.ts';
import { interruptDrift, serviceDrift, shareDrift, threadDrift } from './running-drift.ts';

/** Compares. Pure; sorted by kind, then subject. A machine that is another one gives only that: everything else follows from it. */
export function findDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  if (observed.topologyHash !== desired.topologyHash) return [topologyDrift(desired, observed)];
  const found = [
    ...fileDrift(desired, observed),
    ...groupDrift(desired, observed),
    ...limitDrift(desired, observed),
    ...foreignDrift(desired, observed),
    ...threadDrift(desired, observed),
    ...interruptDrift(desired, observed),
    ...serviceDrift(desired, observed),
    ...shareDrift(desired, observed),
  ];
  const key = ({ kind, subject }: Drift) => `${driftKinds.indexOf(kind)} ${subject}`;
  return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function topologyDrift(desired: DesiredCores, observed: ObservedCores): Drift {
  return {
    kind: 'H',
    subject: 'cpu',
    expected: desired.topologyHash.slice(0, 12),
    seen: observed.topologyHash.slice(0, 12),
    cause: 'CPUs went offline or came online, SMT was switched, or the disk moved into another machine.',
    remedy: 'Plan again for this machine: ./holdfast cores plan.',
    heals: false,
  };
}
