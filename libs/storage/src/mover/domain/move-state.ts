/**
 * The life of a move. Up to `published` the row of the object points at the source, from `committed` on at the target; a source is
 * unlinked after `committed` only. docs/adr/0016-moving-objects.md says what a crash in each state leaves and what is done about it.
 */
export const moveStates = [
  'planned',
  'copying',
  'copied',
  'verified',
  'published',
  'committed',
  'source-deleted',
  'done',
  'failed',
  'conflict',
] as const;
export type MoveState = (typeof moveStates)[number];

/** The states that each may be followed by; `failed` and `conflict` end a move whose object still lies at its source. */
const followers: Record<MoveState, readonly MoveState[]> = {
  planned: ['copying', 'failed', 'conflict'],
  copying: ['copying', 'copied', 'failed', 'conflict'],
  copied: ['copying', 'verified', 'failed', 'conflict'],
  verified: ['copying', 'published', 'failed', 'conflict'],
  published: ['copying', 'committed', 'failed', 'conflict'],
  committed: ['source-deleted'],
  'source-deleted': ['done'],
  done: [],
  failed: [],
  conflict: [],
};

/** Whether a move may go from one state to another. */
export function mayFollow(from: MoveState, to: MoveState): boolean {
  return followers[from].includes(to);
}

export function isEnded(state: MoveState): boolean {
  return followers[state].length === 0;
}
