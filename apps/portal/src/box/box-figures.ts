import type { DomainDetail } from '../api/reconcile-types.ts';
import type { CoreLoad, CorePlan, Cores } from '../api/types.ts';
import { machineFigure } from '../changes/machine-figure.ts';
import { formatCounted } from '../lib/format.ts';
import type { Figure } from '../reading/figures.tsx';
import { cacheSize, flawsOf } from './box-words.ts';
import { loadsOf, meanLoad } from './die-shape.ts';

/** What the box has, how busy it is, and whether its budgets have a plan; `isShort` where they do not fit. */
export function boxFigures(
  cores: Cores,
  plan: CorePlan | null,
  isShort: boolean,
  load: CoreLoad | null,
  detail: DomainDetail | undefined,
): Figure[] {
  const { topology } = cores;
  const cpus = topology.cores.flatMap((core) => core.cpus);
  const busy = meanLoad(cpus, loadsOf(load));
  return [
    {
      label: 'Threads',
      value: String(cpus.length),
      note: [
        `in ${formatCounted(topology.cores.length, 'core')}`,
        ...(topology.offline.length > 0 ? [`${topology.offline.length} offline`] : []),
      ].join(', '),
    },
    { label: 'L3 domains', ...caches(topology) },
    busy === undefined
      ? { label: 'Busy', value: 'not known', note: 'the load cannot be read', tone: 'warn' }
      : { label: 'Busy', value: `${Math.round(busy)} %`, note: 'of all threads, this second' },
    { label: 'Plan', ...planFigure(cores, plan, isShort) },
    machineFigure(detail),
  ];
}

function caches({ domains }: Cores['topology']): Pick<Figure, 'value' | 'note'> {
  const sizes = new Set(domains.map(({ bytes }) => cacheSize(bytes)));
  const nodes = formatCounted(new Set(domains.map(({ node }) => node)).size, 'NUMA node');
  const [only] = sizes;
  const isAlike = sizes.size === 1 && only !== undefined;
  return {
    value: String(domains.length),
    note: isAlike
      ? `${only}${domains.length > 1 ? ' each' : ''}, ${nodes}`
      : [...sizes].map((size) => size ?? 'size not known').join(' and '),
  };
}

function planFigure({ workloads }: Cores, plan: CorePlan | null, isShort: boolean): Pick<Figure, 'value' | 'note' | 'tone'> {
  if (isShort) return { value: 'None', note: 'these budgets do not fit', tone: 'bad' };
  if (!plan) return { value: 'None', note: workloads.length === 0 ? 'no workloads are declared' : 'not made' };
  const [worst] = flawsOf(plan);
  return {
    value: plan.optimal ? 'Optimal' : 'Good',
    note: worst ?? 'nobody torn, no noisy neighbour',
    ...(worst ? { tone: 'warn' } : {}),
  };
}
