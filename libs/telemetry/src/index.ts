export * from './logger.ts';
export * from './metrics.ts';
export * from './nest-logger.ts';
