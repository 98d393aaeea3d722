import { type Call, MockProblem, type Routes } from './call.ts';
import { referenceHardware, sampleNow, virtualHardware } from './hardware.ts';

function isVirtual({ cookies }: Call): boolean {
  if (cookies['mock-hardware'] === 'fail')
    throw new MockProblem(503, 'DATABASE_UNAVAILABLE', 'The database does not answer.', 'Look at ./holdfast status.');
  return cookies['mock-hardware'] === 'virtual';
}

/** What the made-up machine is made of, and what it does. */
export const hardwareRoutes: Routes = [
  ['GET', /^\/hardware$/, (call) => ({ body: isVirtual(call) ? virtualHardware : referenceHardware })],
  ['GET', /^\/telemetry$/, (call) => ({ body: sampleNow(isVirtual(call)) })],
];
