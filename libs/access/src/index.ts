export * from './access.guard.ts';
export * from './access.module.ts';
export * from './require-access.ts';
