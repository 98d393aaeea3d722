export * from './audit.module.ts';
export * from './audit-trail.ts';
export * from './http/audit.contract.ts';
