export * from './audit.module.ts';
export * from './audit-trail.ts';
export { AuditTrimming, type OldAudit } from './audit-trimming.repository.ts';
export * from './http/audit.contract.ts';
