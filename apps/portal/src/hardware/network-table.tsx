import type { Hardware } from '../api/hardware-queries.ts';
import page from '../shell/page.module.css';
import styles from './hardware.module.css';
import { joined } from './hardware-words.ts';

/** Every network interface that has a device behind it, then those that software makes. */
export function NetworkTable({ network }: { network: Hardware['network'] }) {
  const rows = network.toSorted((one, other) => one.kind.localeCompare(other.kind));
  return (
    <div className={page.tableBox}>
      <table className={page.table}>
        <caption className="seen-by-readers-only">Network interfaces</caption>
        <thead>
          <tr>
            {['Interface', 'State', 'Speed', 'Addresses', 'MAC', 'Driver'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, kind, state, megabitsPerSecond, duplex, addresses, mac, driver }) => (
            <tr key={name}>
              <td data-label="Interface">
                {name}
                {kind === 'virtual' && <span className={styles.under}>made by software</span>}
              </td>
              <td data-label="State">{state}</td>
              <td data-label="Speed">
                {joined(megabitsPerSecond !== null && `${megabitsPerSecond} Mbit/s`, duplex && `${duplex} duplex`)}
              </td>
              <td data-label="Addresses" data-wide>
                {addresses.map((address) => (
                  <span key={address} className={styles.under}>
                    {address}
                  </span>
                ))}
              </td>
              <td data-label="MAC">{mac ?? '–'}</td>
              <td data-label="Driver">{driver ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
