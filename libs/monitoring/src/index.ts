export * from './monitoring.module.ts';
export { productVersion } from './product-version.ts';
