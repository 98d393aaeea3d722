import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { AuditTrail } from '../audit-trail.ts';
import { listAuditEvents } from './audit.contract.ts';

@Controller()
export class AuditController {
  constructor(@Inject(AuditTrail) private readonly audit: AuditTrail) {}

  @Route(listAuditEvents)
  list(@Input() input: InputOf<typeof listAuditEvents>): Promise<AnswerOf<typeof listAuditEvents>> {
    return this.audit.list(input.query);
  }
}
