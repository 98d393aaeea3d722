export * from './require-access.ts';
export * from './route-access.ts';
