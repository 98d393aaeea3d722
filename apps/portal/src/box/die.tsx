import type { CSSProperties } from 'react';
import type { Cores, MachineCore } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import { cacheSize } from './box-words.ts';
import styles from './die.module.css';
import { type DomainShape, dieShape, meanLoad } from './die-shape.ts';
import type { DriftMarks } from './drift-marks.ts';

/** What is drawn into the cores. */
export interface DieState {
  owners: ReadonlyMap<number, string>;
  /** The workload of what is kept free. */
  reserve: string;
  loads: ReadonlyMap<number, number>;
  /** CPUs that would change hands. */
  moved: ReadonlySet<number>;
  drift: DriftMarks;
}

/** The package as it is: nodes, the caches in them, the cores around each cache, the threads in each core. Filled as far as they are busy. */
export function Die({ topology, state }: { topology: Cores['topology']; state: DieState }) {
  const nodes = dieShape(topology);
  return (
    <div
      className={styles.package}
      data-dense={topology.domains.length > 4 ? '' : undefined}
      data-drift={state.drift.isWhole ? '' : undefined}
    >
      {nodes.map(({ node, domains }) => (
        <div key={node}>
          {nodes.length > 1 && <h3 className={styles.node}>NUMA node {node}</h3>}
          <ul className={styles.domains}>
            {domains.map((shape) => (
              <Domain key={shape.domain.id} shape={shape} isolated={topology.isolated} state={state} />
            ))}
          </ul>
        </div>
      ))}
      {topology.offline.length > 0 && <p className={styles.away}>CPU {topology.offline.join(', ')} offline</p>}
    </div>
  );
}

function Domain({ shape, isolated, state }: { shape: DomainShape; isolated: readonly number[]; state: DieState }) {
  const { domain, cores, above, below, columns } = shape;
  const load = meanLoad(
    cores.flatMap(({ cpus }) => cpus),
    state.loads,
  );
  const row = (row: readonly MachineCore[]) => (
    <ul className={styles.cores}>
      {row.map((core) => (
        <Core key={core.id} core={core} isIsolated={core.cpus.some((cpu) => isolated.includes(cpu))} state={state} />
      ))}
    </ul>
  );
  return (
    <li className={styles.domain} style={{ '--columns': columns } as CSSProperties}>
      <div className="seen-by-readers-only">L3 domain of CPU {domain.id}</div>
      {row(above)}
      <div className={styles.cache}>
        <span>L3</span>
        <strong>{cacheSize(domain.bytes) ?? 'size not known'}</strong>
        <span className={styles.cacheLoad}>{load === undefined ? '' : `${Math.round(load)} % busy`}</span>
      </div>
      {below.length > 0 && row(below)}
    </li>
  );
}

function Core({ core, isIsolated, state }: { core: MachineCore; isIsolated: boolean; state: DieState }) {
  const owners = core.cpus.map((cpu) => state.owners.get(cpu));
  const owner = owners.find((id) => id !== undefined && id !== state.reserve) ?? owners[0];
  const isFree = owner === state.reserve;
  return (
    <li
      className={styles.core}
      style={{ '--colour': workloadColour(owner, owner === state.reserve) } as CSSProperties}
      data-free={isFree ? '' : undefined}
      data-moved={core.cpus.some((cpu) => state.moved.has(cpu)) ? '' : undefined}
      data-drift={core.cpus.some((cpu) => state.drift.cpus.has(cpu)) ? '' : undefined}
    >
      <div className={styles.owner} title={owner}>
        {owner ?? (isIsolated ? 'isolated' : core.kind === 'efficiency' ? 'efficiency core' : 'core')}
      </div>
      <div className={styles.threads}>
        {core.cpus.map((cpu) => (
          <Thread
            key={cpu}
            cpu={cpu}
            percent={state.loads.get(cpu)}
            isIdle={!isFree && state.owners.get(cpu) !== owner}
            drift={state.drift.cpus.get(cpu)}
          />
        ))}
      </div>
    </li>
  );
}

function Thread({
  cpu,
  percent,
  isIdle,
  drift,
}: {
  cpu: number;
  percent: number | undefined;
  isIdle: boolean;
  drift: string | undefined;
}) {
  return (
    <div className={styles.thread} data-idle={isIdle ? '' : undefined}>
      <div className={styles.well} data-drift={drift === undefined ? undefined : ''} title={drift} aria-hidden>
        <div className={styles.fill} style={{ transform: `scaleY(${(percent ?? 0) / 100})` }} />
      </div>
      <span className={styles.cpu}>
        <span className="seen-by-readers-only">CPU </span>
        {cpu}
      </span>
      <span className={styles.percent}>{percent === undefined ? '–' : `${Math.round(percent)} %`}</span>
      {drift !== undefined && <span className="seen-by-readers-only">drift: {drift}</span>}
    </div>
  );
}
