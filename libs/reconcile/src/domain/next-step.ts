import type { HostAnswer } from './reconciler.ts';

/** Where a change stands, by its row. */
export const changeStates = ['planned', 'applying', 'waiting', 'committed', 'rolled-back', 'failed'] as const;
export type ChangeState = (typeof changeStates)[number];

/** States in which something is still to come. */
export const openStates = ['planned', 'applying', 'waiting'] as const satisfies readonly ChangeState[];

/** What is to be written down of a change. */
export interface Step {
  state: ChangeState;
  generation: number | null;
  deadline: string | null;
  reason: string | null;
}

/**
 * How long a host that knows nothing of a change is not believed. An order on its way may reach it after it was asked: the agent begins none that is older
 * than its deadline of two minutes.
 */
export const onItsWayMs = { planned: 15_000, applying: 130_000, waiting: 0 } as const;

/**
 * What the host's answer means for a change that is open; undefined: nothing yet. The host decides: a change is committed or rolled back only when it says
 * so. What it never heard of has failed, but for an order that may still be on its way.
 */
export function nextStep(
  change: { state: ChangeState; generation: number | null; deadline: string | null; ageMs: number },
  { state, generation, deadline, reason }: HostAnswer,
): Step | undefined {
  if (!isOpen(change.state)) return undefined;
  const number = generation ?? change.generation;
  switch (state) {
    case 'unknown':
      return lost(change);
    case 'applying':
    case 'rolling-back':
      return undefined;
    case 'waiting':
      if (change.state === 'waiting' && change.deadline === deadline) return undefined;
      return { state: 'waiting', generation: number, deadline, reason: null };
    case 'committed':
      return { state: 'committed', generation: number, deadline: null, reason: null };
    case 'rolled-back':
      return { state: 'rolled-back', generation: number, deadline: null, reason };
  }
}

export function isOpen(state: ChangeState): boolean {
  return openStates.some((open) => open === state);
}

function lost({
  state,
  generation,
  ageMs,
}: {
  state: ChangeState;
  generation: number | null;
  ageMs: number;
}): Step | undefined {
  const open = openStates.find((known) => known === state);
  if (open === undefined || ageMs < onItsWayMs[open]) return undefined;
  const reason = state === 'waiting' ? 'The host knows nothing of it any more.' : 'The host was never asked.';
  return { state: 'failed', generation, deadline: null, reason };
}
