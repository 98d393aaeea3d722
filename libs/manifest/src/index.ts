export * from './appliance.ts';
export * from './environment.ts';
export * from './failpoint.ts';
export * from './keys.schema.ts';
export * from './manifest.schema.ts';
export { checkManifest, readManifest } from './manifest-file.ts';
export * from './workloads.schema.ts';
