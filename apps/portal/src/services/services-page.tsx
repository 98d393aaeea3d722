import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type Services, servicesQuery } from '../api/services-queries.ts';
import { BoxPart } from '../box/box-part.tsx';
import { Reading } from '../reading/reading.tsx';
import { Section } from '../shell/page.tsx';
import { Dot } from '../ui/marks.tsx';
import { Skeleton } from '../ui/states.tsx';
import { ServiceDrawer } from './service-drawer.tsx';
import { ServiceTable } from './service-table.tsx';
import { hostWords, summaryOf } from './service-words.ts';
import styles from './services.module.css';

const route = getRouteApi('/shell/box/services');
const lead = 'The processes that the appliance is made of: whether each runs and answers, on which CPUs, and what it says.';

/** Does everything run? */
export function ServicesPage() {
  return (
    <BoxPart part="/box/services" lead={lead}>
      <ReadServices />
    </BoxPart>
  );
}

function ReadServices() {
  const query = useQuery(servicesQuery);
  return (
    <Reading query={query} what="the services" failed="The services could not be read" skeleton={<Skeleton height={420} />}>
      {(services) => <ServiceList services={services} />}
    </Reading>
  );
}

function ServiceList({ services: { host, items } }: { services: Services }) {
  const navigate = useNavigate();
  const { service: chosen } = route.useSearch();
  const choose = (service: string | undefined) => void navigate({ to: '/box/services', search: service ? { service } : {} });
  const summary = summaryOf(items);
  const open = items.find(({ id }) => id === chosen);
  return (
    <Section title="Services">
      <p className={styles.summary}>
        <Dot tone={summary.tone} />
        <strong role="status">{summary.text}.</strong> {hostWords[host]}
      </p>
      <ServiceTable services={items} onChoose={choose} />
      {open && <ServiceDrawer service={open} onClose={() => choose(undefined)} />}
    </Section>
  );
}
