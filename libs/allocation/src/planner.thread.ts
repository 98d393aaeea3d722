import { parentPort, workerData } from 'node:worker_threads';
import { planCores } from './domain/plan-cores.ts';
import { tryBudgets } from './domain/what-if.ts';
import type { PlanQuestion } from './planner.adapter.ts';

// Plans beside the event loop: the search on a machine of two sockets takes up to a second.
const { topology, budgets, trial } = workerData as PlanQuestion;
const input = { topology, budgets };
parentPort?.postMessage(trial ? tryBudgets(input, trial.threads, trial.before) : planCores(input));
