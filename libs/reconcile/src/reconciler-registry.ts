import { Injectable } from '@nestjs/common';
import type { Reconciler } from './domain/reconciler.ts';
import { reconcileError } from './reconcile-error.ts';

/** The domains of the host. Higher libraries register theirs while the process starts. */
@Injectable()
export class ReconcilerRegistry {
  private readonly known = new Map<string, Reconciler>();

  /** Throws where the domain is taken: two would change the same. */
  register<Desired, Observed, Order>(reconciler: Reconciler<Desired, Observed, Order>): void {
    if (this.known.has(reconciler.domain)) throw new Error(`Domain ${reconciler.domain} is registered twice.`);
    this.known.set(reconciler.domain, reconciler as unknown as Reconciler);
  }

  all(): Reconciler[] {
    return [...this.known.values()];
  }

  find(domain: string): Reconciler | undefined {
    return this.known.get(domain);
  }

  /** Throws RECONCILE_DOMAIN_UNKNOWN. */
  get(domain: string): Reconciler {
    const found = this.known.get(domain);
    if (found) return found;
    const names = [...this.known.keys()].join(', ') || 'none';
    throw reconcileError('RECONCILE_DOMAIN_UNKNOWN', `There is no domain ${domain}; there are: ${names}.`);
  }
}
