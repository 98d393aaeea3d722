import type { DomainDetail } from '../api/reconcile-types.ts';
import { formatCounted } from '../lib/format.ts';
import type { Figure } from '../reading/figures.tsx';
import { stateWords } from './change-words.ts';

/** Whether the machine is as declared, at a glance. */
export function machineFigure(detail: DomainDetail | undefined): Figure {
  if (!detail) return { label: 'The machine', value: '–', note: 'how it stands is not read' };
  const { state, generation, drift, notApplied } = detail;
  const { title, tone } = stateWords[state];
  const notes = [
    ...(drift.length > 0 ? [`${formatCounted(drift.length, 'departure')} from the plan`] : []),
    ...(notApplied ? [`${formatCounted(notApplied, 'declared change')} not applied`] : []),
    ...(generation ? [`generation ${generation}`] : []),
  ];
  const isQuiet = tone === 'neutral' || tone === 'accent';
  return {
    label: 'The machine',
    value: title,
    note: notes.join(', ') || (state === 'unavailable' ? 'the host cannot be asked' : 'nothing was applied yet'),
    ...(isQuiet ? {} : { tone: notApplied && tone === 'good' ? 'warn' : tone }),
  };
}
