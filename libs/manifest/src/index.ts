export * from './appliance.ts';
export * from './environment.ts';
export * from './keys.schema.ts';
export * from './manifest.schema.ts';
export { readManifest } from './manifest-file.ts';
export * from './workloads.schema.ts';
