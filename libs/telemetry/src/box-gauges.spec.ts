import { expect, test } from 'vitest';
import { databaseConnections, driftFindings, forgetBox, powerWatts } from './box-gauges.ts';
import { metrics } from './metrics.ts';

const told = async (name: string) => (await metrics.metrics()).split('\n').filter((line) => line.startsWith(name));

test('what nobody has measured is not told, least of all as 0', async () => {
  expect(await told('holdfast_power_watts')).toEqual([]);
  powerWatts.set(96);
  databaseConnections.set({ state: 'idle' }, 4);
  driftFindings.set({ domain: 'cores', kind: 'K' }, 1);
  expect(await told('holdfast_power_watts')).toEqual(['holdfast_power_watts 96']);
  forgetBox();
  expect(await told('holdfast_power_watts')).toEqual([]);
  expect(await told('holdfast_database_connections{')).toEqual([]);
  expect(await told('holdfast_drift_findings')).toEqual(['holdfast_drift_findings{domain="cores",kind="K"} 1']);
});
