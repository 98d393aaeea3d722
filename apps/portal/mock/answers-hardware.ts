import { type Call, MockProblem, type Result, type Routes } from './call.ts';
import { referenceHardware, sampleNow, virtualHardware } from './hardware.ts';
import { pastOf } from './past.ts';

function isVirtual({ cookies }: Call): boolean {
  if (cookies['mock-hardware'] === 'fail')
    throw new MockProblem(503, 'DATABASE_UNAVAILABLE', 'The database does not answer.', 'Look at ./holdfast status.');
  return cookies['mock-hardware'] === 'virtual';
}

function past({ cookies, query }: Call): Result {
  if (cookies['mock-past'] === 'away')
    throw new MockProblem(
      503,
      'TELEMETRY_HISTORY_UNAVAILABLE',
      'There is no history of measurements: The Debian package prometheus is not installed.',
      'What is measured now is shown all the same. docs/guides/monitoring.md says how the history is kept.',
    );
  const [metric, from, to] = ['metric', 'from', 'to'].map((name) => query.get(name) ?? '') as [string, string, string];
  const found = pastOf(metric as Parameters<typeof pastOf>[0], Date.parse(from), Date.parse(to), Number(query.get('step')));
  return { body: cookies['mock-past'] === 'empty' ? { ...found, lines: [] } : found };
}

/** What the made-up machine is made of, and what it does. */
export const hardwareRoutes: Routes = [
  ['GET', /^\/hardware$/, (call) => ({ body: isVirtual(call) ? virtualHardware : referenceHardware })],
  ['GET', /^\/telemetry$/, (call) => ({ body: sampleNow(isVirtual(call)) })],
  ['GET', /^\/telemetry\/history$/, past],
];
