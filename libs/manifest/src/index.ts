export * from './appliance.ts';
export * from './environment.ts';
export * from './keys.schema.ts';
export * from './manifest.schema.ts';
