import { RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Service } from '../api/services-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { useCan, useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { Dot } from '../ui/marks.tsx';
import { NoPermission } from '../ui/states.tsx';
import { RestartDialog } from './restart-dialog.tsx';
import { ServiceLog } from './service-log.tsx';
import { stateWords } from './service-words.ts';
import styles from './services.module.css';

/** Everything that is known of a service, its log, and the way to restart it. */
export function ServiceDrawer({ service, onClose }: { service: Service; onClose: () => void }) {
  const [asks, setAsks] = useState(false);
  const may = useCan();
  const refusal = useNeeds()('services.restart', 'restart services');
  const cannot = service.restart.possible ? false : (service.restart.reason ?? 'It cannot be restarted from here.');
  return (
    <Drawer title={service.title} open onClose={onClose} width={720}>
      <div className={styles.drawer}>
        <dl className={styles.facts}>
          {factsOf(service).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <div>
          <Button icon={RotateCw} disabledBecause={refusal || cannot} onPress={() => setAsks(true)}>
            Restart
          </Button>
          {cannot && <p className={styles.below}>{cannot}</p>}
        </div>
        {may('services.logs') ? (
          <ServiceLog id={service.id} title={service.title} />
        ) : (
          <NoPermission compact what="Logs are not for your role" needs="services.logs" />
        )}
      </div>
      {asks && <RestartDialog service={service} onClose={() => setAsks(false)} />}
    </Drawer>
  );
}

function factsOf(service: Service): [string, ReactNode][] {
  const { word, tone } = stateWords[service.state];
  const facts: [string, ReactNode][] = [
    [
      'State',
      <span key="state" className={styles.state}>
        <Dot tone={tone} />
        {word}
      </span>,
    ],
    ['Health', service.health.text],
    ['Since', service.since && formatMoment(service.since)],
    ['Last end', service.lastExit],
    ['Started again', service.restarts === null ? null : `${service.restarts}×`],
    ['Process', service.pid],
    ['Account', service.user],
    ['Unit', service.unit],
    ['Slice', service.slice],
    ['CPUs', service.cpus],
    ['Socket', service.socket],
    ['Port', service.port],
  ];
  return facts.filter(([, value]) => value !== null && value !== undefined);
}
