export { type BlamedLine, blame } from './domain/blame.ts';
export type { GenerationRecord } from './domain/generation-record.ts';
export { writeInventory } from './domain/inventory.ts';
export { type DiffLine, diffLines, formatDiff } from './domain/line-diff.ts';
export { findValueChanges, type ValueChange } from './domain/value-changes.ts';
export { type Change, type Generation, GenerationLog } from './generation-log.ts';
export * from './manifest-changes.ts';
export * from './manifest-drift.ts';
export { type ManifestPlace, placeOf } from './manifest-place.adapter.ts';
