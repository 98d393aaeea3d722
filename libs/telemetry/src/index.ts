export * from './box-gauges.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './metrics-socket.adapter.ts';
export * from './nest-logger.ts';
