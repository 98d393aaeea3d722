export { BoxPaths } from './box-paths.ts';
export { readHardware } from './hardware/hardware.service.ts';
export type { Hardware } from './http/hardware.contract.ts';
export * from './monitoring.module.ts';
export { productVersion } from './product-version.ts';
