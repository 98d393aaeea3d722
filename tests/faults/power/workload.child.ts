import 'reflect-metadata';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { LogPositions } from './log-positions.ts';

import type { WorkloadOrder } from './workload-process.ts';
import { workloadNamed } from './workloads/index.ts';

// Does the work of a workload once it is told to, and writes down what it acknowledged, and when: workload.child.ts WORKLOAD ORDER
const [name = '', text = ''] = process.argv.slice(2);
const order = JSON.parse(text) as WorkloadOrder;
process.stdout.write('ready');
// Where the rig has died nothing comes, and the process ends.
await once(process.stdin, 'data');
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
