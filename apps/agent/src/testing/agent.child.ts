import { startAgent } from '../agent.ts';
import { openBox } from './box.ts';

// An agent on a made-up machine, as a process of its own: node testing/agent.child.ts FOLDER. It sends {ready: true} once it answers.

const box = openBox(process.argv[2] ?? '');
const say = (line: string) => void process.stderr.write(`${line}\n`);
const { host, inventory, state, socket } = box;
const stop = await startAgent({ host, inventory, state, listen: { handedOver: 0, path: socket }, say });
process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));
process.send?.({ ready: true });
// Whoever started it is gone: nobody would end it.
process.once('disconnect', () => process.exit(0));
