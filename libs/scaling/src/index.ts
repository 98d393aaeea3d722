export { type Comparison, compareStrategies } from './compare.ts';
export { type DemandProfile, demandProfile, quantile } from './demand-profile.ts';
export { formatLoadRecord, type LoadMinute, type LoadRecord, parseLoadRecord } from './load-record.ts';
export { Scaler } from './scaler.ts';
export { type Outcome, type Simulation, simulate } from './simulate.ts';
export type { QueueState, Wish } from './strategies.ts';
