export * from './format/index.ts';
export * from './provider/key-error.ts';
export * from './provider/key-provider.ts';
