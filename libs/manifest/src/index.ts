export * from './appliance.ts';
export * from './environment.ts';
export * from './manifest.schema.ts';
