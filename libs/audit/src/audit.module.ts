import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.ts';
import { AuditTrimming } from './audit-trimming.repository.ts';
import { AuditController } from './http/audit.controller.ts';

/** The audit record, for every process. */
@Global()
@Module({ providers: [AuditTrail, AuditTrimming], exports: [AuditTrail, AuditTrimming] })
export class AuditModule {}

/** Reading the audit record over HTTP. */
@Module({ controllers: [AuditController] })
export class AuditHttpModule {}
