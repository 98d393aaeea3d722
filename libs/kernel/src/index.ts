export * from './clock.ts';
export * from './context.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './permissions.ts';
export * from './route.ts';
export * from './socket-event.ts';
export * from './turns.ts';
