import type { System } from '../api/types.ts';
import { formatBytes, formatSpan } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import { Dot } from '../ui/marks.tsx';
import styles from './system.module.css';
import { serviceStates, serviceWords } from './system-words.ts';

/** Every process of the appliance: whether it is up, since when, in which version, at what cost. */
export function ServicesTable({ services }: { services: System['services'] }) {
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.services)}>
        <caption className="seen-by-readers-only">Services of the appliance</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">State</th>
            <th scope="col">Version</th>
            <th scope="col" className={page.number}>
              Up for
            </th>
            <th scope="col" className={page.number}>
              Memory
            </th>
            <th scope="col">Says</th>
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <ServiceRow key={service.name} service={service} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ServiceRow({ service }: { service: System['services'][number] }) {
  const { title, does } = serviceWords(service.name);
  const state = serviceStates[service.state];
  return (
    <tr>
      <th scope="row">
        {title}
        <span className={styles.does}>{does}</span>
      </th>
      <td data-label="State">
        <span className={styles.state}>
          <Dot tone={state.tone} />
          {state.word}
        </span>
      </td>
      <td data-label="Version" title={service.version ?? undefined}>
        {service.version?.split(' ')[0] ?? '–'}
      </td>
      <td data-label="Up for" className={page.number}>
        {service.uptimeSeconds === null ? '–' : formatSpan(service.uptimeSeconds * 1000)}
      </td>
      <td data-label="Memory" className={page.number}>
        {service.memoryBytes === null ? '–' : formatBytes(service.memoryBytes)}
      </td>
      <td data-label="Says" data-wide className={classNames(styles.says, service.state === 'up' && page.soft)}>
        {service.detail ?? '–'}
      </td>
    </tr>
  );
}
