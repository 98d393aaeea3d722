import type { Service } from '../api/services-queries.ts';
import { formatAgo, formatBytes, formatMoment } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Dot } from '../ui/marks.tsx';
import { stateWords } from './service-words.ts';
import styles from './services.module.css';

/** Every service in a row; its name opens its details and its log. */
export function ServiceTable({ services, onChoose }: { services: readonly Service[]; onChoose: (id: string) => void }) {
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.table)}>
        <caption className="seen-by-readers-only">Services of the appliance</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">State</th>
            <th scope="col">Health</th>
            <th scope="col">Since</th>
            <th scope="col" className={page.number}>
              Memory
            </th>
            <th scope="col" className={page.number}>
              CPU
            </th>
            <th scope="col">Slice and CPUs</th>
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <Row key={service.id} service={service} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ service, onChoose }: { service: Service; onChoose: (id: string) => void }) {
  const { id, title, unit, state, since, restarts, health, memoryBytes, cpuPercent, slice, cpus } = service;
  const { word, tone } = stateWords[state];
  return (
    <tr>
      <th scope="row">
        <Button kind="quiet" small onPress={() => onChoose(id)} aria-label={`${title}: details and log`}>
          {title}
        </Button>
        {unit && <span className={styles.unit}>{unit}</span>}
      </th>
      <td data-label="State">
        <span className={styles.state}>
          <Dot tone={tone} />
          {word}
        </span>
        {Boolean(restarts) && <span className={styles.below}>started again {restarts}×</span>}
      </td>
      <td data-label="Health" data-wide className={classNames(health.ok === false && styles.ill)}>
        {health.text}
      </td>
      <td data-label="Since" title={since === null ? undefined : formatMoment(since)}>
        {since === null ? '–' : formatAgo(since)}
      </td>
      <td data-label="Memory" className={page.number}>
        {memoryBytes === null ? '–' : formatBytes(memoryBytes)}
      </td>
      <td data-label="CPU" className={page.number}>
        {cpuPercent === null ? '–' : `${cpuPercent} %`}
      </td>
      <td data-label="Slice and CPUs">
        {slice ?? '–'}
        {cpus && <span className={styles.below}>CPU {cpus}</span>}
      </td>
    </tr>
  );
}
