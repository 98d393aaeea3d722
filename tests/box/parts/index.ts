import { cuts } from './cuts.part.ts';
import { deadMan } from './dead-man.part.ts';
import { drift } from './drift.part.ts';
import type { Part } from './part.ts';
import { plan } from './plan.part.ts';
import { reconcile } from './reconcile.part.ts';
import { services } from './services.part.ts';
import { tiers } from './tiers.part.ts';

/** All parts, in the order in which they run. */
export const parts: readonly Part[] = [services, plan, deadMan, drift, reconcile, tiers, cuts];
