import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { LogPositions } from './log-positions.ts';

import type { WorkloadOrder } from './workload-process.ts';
import { workloadNamed } from './workloads/index.ts';

// Does the work of a workload and writes down what it acknowledged, and when: workload.child.ts WORKLOAD ORDER
const [name = '', text = ''] = process.argv.slice(2);
const order = JSON.parse(text) as WorkloadOrder;
const positions = new LogPositions(order.logFiles);
await workloadNamed(name).record({
  folders: order.folders,
  scratch: order.scratch,
  seed: order.seed,
  acknowledge: (fact) => {
    const at = positions.now();
    // Without a moment there is nothing to hold anybody to.
    if (at) appendFileSync(order.acknowledgementsFile, `${JSON.stringify({ at, fact })}\n`);
  },
});
