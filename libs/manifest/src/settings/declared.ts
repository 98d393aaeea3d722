/** What the manifest says of PostgreSQL; null is to be derived. */
export interface PostgresDeclaration {
  sharedBuffersMb: number | null;
  maintenanceWorkMemMb: number | null;
  maxConnections: number;
}

/** A worker of the manifest, as far as budgets go. */
interface DeclaredWorker {
  name: string;
  roles: readonly string[];
}

/** What of the manifest budgets and figures come from; a whole manifest is one. */
export interface DeclaredBudgets {
  workloads: readonly { id: string; threads: number; memory?: { maxMb: number } | undefined }[];
  workers: readonly DeclaredWorker[];
  postgres: PostgresDeclaration;
  redis: { maxMemoryMb: number | null };
  inference: { threads: number | null };
  parsers: { imageProcesses: number; memoryMb: number | null };
}

/** The workload that a worker belongs to, by the first of its roles that has one of its own; what may wait runs beside monitoring. */
export function workloadOf({ roles }: Pick<DeclaredWorker, 'roles'>): string {
  if (roles.includes('media')) return 'video';
  return roles.includes('inference') ? 'ml' : 'monitoring';
}
