import { useQuery } from '@tanstack/react-query';
import { domainsQuery } from '../api/reconcile-queries.ts';
import type { DomainSummary } from '../api/reconcile-types.ts';
import { BoxPart } from '../box/box-part.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import { Skeleton } from '../ui/states.tsx';
import { ChangeSection } from './change-section.tsx';
import { DiffDrawer } from './diff-drawer.tsx';
import { readCompared, readHistoryAddress, writeCompared } from './history-address.ts';

const lead =
  'Every change of the machine, who made it and how it ended. Any two generations can be compared, and one can go back to any that was kept.';

/** Who changed what, and how do we go back? */
export function BoxHistoryPage() {
  return (
    <BoxPart part="/box/history" lead={lead}>
      <History />
    </BoxPart>
  );
}

function History() {
  const query = useQuery(domainsQuery);
  return (
    <Reading query={query} what="the changes" failed="The changes could not be read" skeleton={<Skeleton height={320} />}>
      {({ domains }) => <Domains domains={domains} />}
    </Reading>
  );
}

function Domains({ domains }: { domains: readonly DomainSummary[] }) {
  const [address, change] = usePageAddress(readHistoryAddress);
  const shown = domains.find(({ domain }) => domain === address.domain) ?? domains[0];
  const compared = readCompared(address.compare);
  if (!shown) return <p>Nothing on this machine is applied by the appliance.</p>;
  return (
    <>
      <ChangeSection
        domains={domains}
        shown={shown}
        onDomain={(domain) => change({ domain, compare: undefined })}
        onCompare={(pair) => change({ compare: writeCompared(pair) })}
      />
      {compared && (
        <DiffDrawer
          domain={shown.domain}
          compared={compared}
          onCompare={(pair) => change({ compare: writeCompared(pair) })}
          onClose={() => change({ compare: undefined })}
        />
      )}
    </>
  );
}
