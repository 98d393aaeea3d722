export { BoxPaths } from './box-paths.ts';
export { readHardware } from './hardware/hardware.service.ts';
export type { Hardware } from './http/hardware.contract.ts';
export { type BoxSample, boxSampled } from './http/telemetry.contract.ts';
export { type LoadPoint, SliceLoadRepository, type WeekHour } from './load/slice-load.repository.ts';
export { SliceLoadService } from './load/slice-load.service.ts';
export * from './monitoring.module.ts';
export { productVersion } from './product-version.ts';
export { BoxSampler } from './sampling/box-sampler.ts';
