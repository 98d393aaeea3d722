import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import type { Budget } from './domain/budget.ts';
import type { Assignments, CorePlan, Infeasible } from './domain/core-plan.ts';
import type { Topology } from './domain/topology.ts';
import type { Trial } from './domain/what-if.ts';
import type { NoProposal, Proposal } from './forecast/propose-budgets.ts';
import type { SliceLoad } from './forecast/slice-demand.ts';

interface Declared {
  topology: Topology;
  budgets: readonly Budget[];
  /** What is in force: nobody is moved without need. */
  previous?: Assignments;
}

/** What is to be planned: what is declared, other threads beside it, or what measured load suggests. */
export interface PlanQuestion extends Declared {
  trial?: { threads: Readonly<Record<string, number>>; before: CorePlan | Infeasible };
  load?: SliceLoad;
}

/** Plans in a thread, one question after the other: a large machine takes the search up to a second, and nobody else should wait for that. */
@Injectable()
export class Planner {
  private last: Promise<unknown> = Promise.resolve();

  /** As `planCores`. */
  plan(declared: Declared): Promise<CorePlan | Infeasible> {
    return this.ask<CorePlan | Infeasible>(declared);
  }

  /** As `tryBudgets`. */
  try(declared: Declared, trial: NonNullable<PlanQuestion['trial']>): Promise<Trial> {
    return this.ask<Trial>({ ...declared, trial });
  }

  /** As `proposeBudgets`; five weeks of minutes take a second or two. */
  propose(declared: Declared, load: SliceLoad): Promise<Proposal | NoProposal> {
    return this.ask<Proposal | NoProposal>({ ...declared, load });
  }

  private ask<Answer>(question: PlanQuestion): Promise<Answer> {
    const answer = this.last.then(() => answerInThread<Answer>(question));
    this.last = answer.catch(() => undefined);
    return answer;
  }
}

function answerInThread<Answer>(question: PlanQuestion): Promise<Answer> {
  const file = new URL(`./planner.thread${extname(import.meta.url)}`, import.meta.url);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const thread = new Worker(file, { workerData: question });
  thread.once('message', resolve);
  thread.once('error', reject);
  thread.once('exit', (code) => reject(new Error(`The planner's thread ended with ${code} and no plan.`)));
  return promise;
}
