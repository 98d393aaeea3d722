import { parentPort, workerData } from 'node:worker_threads';
import { planCores } from './domain/plan-cores.ts';
import { tryBudgets } from './domain/what-if.ts';
import { proposeBudgets } from './forecast/propose-budgets.ts';
import type { PlanQuestion } from './planner.adapter.ts';

// Plans beside the event loop: the search on a machine of two sockets takes up to a second.
const { trial, load, ...input } = workerData as PlanQuestion;
function answer() {
  if (load) return proposeBudgets({ ...input, load });
  return trial ? tryBudgets(input, trial.threads, trial.before) : planCores(input);
}
parentPort?.postMessage(answer());
