import type { Control } from './use-control.ts';

/** Why what is tried cannot be applied now, or false. */
export function applyRefusal(
  { refusal, detail }: Pick<Control, 'refusal' | 'detail'>,
  { isDeclared, isChanged, isShort }: Record<'isDeclared' | 'isChanged' | 'isShort', boolean>,
): string | false {
  if (refusal) return refusal;
  if (!isDeclared) return 'These workloads are not declared in the manifest: they can only be tried.';
  if (isShort) return 'These budgets have no plan.';
  return (
    !isChanged && detail?.state === 'in-step' && !detail.notApplied && 'These are the declared budgets, and they are in force.'
  );
}
