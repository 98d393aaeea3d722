/** How strong the walls around parsers are, and why. */
export interface SandboxWalls {
  level: 'full' | 'reduced' | 'none';
  reason: string;
}

const fromWeakest = ['none', 'reduced', 'full'] as const;

/** The weakest walls that any worker builds: a file may come to any of them. */
export function weakestSandbox(of: readonly (SandboxWalls | undefined)[]): SandboxWalls {
  const known = of.filter((walls) => walls !== undefined);
  const [weakest] = known.sort((one, other) => fromWeakest.indexOf(one.level) - fromWeakest.indexOf(other.level));
  return weakest ?? { level: 'none', reason: 'No worker has said yet which walls it builds.' };
}
