import type { Cores } from '../api/types.ts';
import page from '../shell/page.module.css';
import { cacheSize } from './box-words.ts';
import type { DieState } from './die.tsx';

/** The same as the drawing, a row for each CPU. */
export function CpuTable({ topology, state }: { topology: Cores['topology']; state: DieState }) {
  const rows = topology.cores
    .flatMap((core) => core.cpus.map((cpu) => ({ cpu, core })))
    .sort((one, other) => one.cpu - other.cpu);
  const sizes = new Map(topology.domains.map(({ id, bytes }) => [id, cacheSize(bytes)]));
  return (
    <div className={page.tableBox}>
      <table className={page.table}>
        <caption className="seen-by-readers-only">Every CPU: its core, its L3 domain, who has it and how busy it is</caption>
        <thead>
          <tr>
            {['CPU', 'Workload', 'Busy', 'Shares its core with', 'L3 domain', 'Kind'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cpu, core }) => (
            <tr key={cpu}>
              <td data-label="CPU">{cpu}</td>
              <td data-label="Workload">
                {topology.isolated.includes(cpu) ? 'isolated' : (state.owners.get(cpu) ?? 'everybody')}
                {state.moved.has(cpu) && ' (new)'}
                {state.drift.cpus.has(cpu) && ` (drift: ${state.drift.cpus.get(cpu)})`}
              </td>
              <td data-label="Busy">{percentInWords(state.loads.get(cpu))}</td>
              <td data-label="Shares its core with">
                {core.cpus
                  .filter((other) => other !== cpu)
                  .map((other) => `CPU ${other}`)
                  .join(', ') || 'nobody'}
              </td>
              <td data-label="L3 domain">
                of CPU {core.domain}
                {sizes.get(core.domain) && `, ${sizes.get(core.domain)}`}
              </td>
              <td data-label="Kind">{core.kind}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function percentInWords(percent: number | undefined): string {
  return percent === undefined ? 'not known' : `${Math.round(percent)} %`;
}
