import { z } from 'zod';
import { defineRoute, pageOf, pageQuery } from '#kernel';

export const listAuditEvents = defineRoute({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/audit',
  access: 'audit.read',
  summary: 'Who did what, newest first',
  query: pageQuery.extend({ action: z.string().max(100).optional() }),
  answer: pageOf(
    z.object({
      id: z.string(),
      at: z.iso.datetime(),
      actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
      action: z.string(),
      target: z.object({ kind: z.string(), id: z.string() }),
      requestId: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});
