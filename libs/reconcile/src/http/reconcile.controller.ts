import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { ChangeHistory } from '../change-history.service.ts';
import { DomainOverview } from '../domain-overview.service.ts';
import { ReconcileService } from '../reconcile.service.ts';
import {
  applyReconcile,
  confirmReconcile,
  diffReconcileGenerations,
  getReconcileDomain,
  healReconcile,
  listReconcileDomains,
  listReconcileHistory,
  planReconcile,
  rollBackReconcile,
} from './reconcile.contract.ts';

@Controller()
export class ReconcileController {
  constructor(
    @Inject(ReconcileService) private readonly reconcile: ReconcileService,
    @Inject(DomainOverview) private readonly overview: DomainOverview,
    @Inject(ChangeHistory) private readonly changes: ChangeHistory,
  ) {}

  @Route(listReconcileDomains)
  list(): Promise<AnswerOf<typeof listReconcileDomains>> {
    return this.overview.list();
  }

  @Route(getReconcileDomain)
  get(@Input() { params }: InputOf<typeof getReconcileDomain>): Promise<AnswerOf<typeof getReconcileDomain>> {
    return this.overview.get(params.domain);
  }

  @Route(planReconcile)
  plan(@Input() { params, body }: InputOf<typeof planReconcile>): Promise<AnswerOf<typeof planReconcile>> {
    return this.reconcile.plan(params.domain, body.values);
  }

  @Route(applyReconcile)
  apply(@Input() { params, body }: InputOf<typeof applyReconcile>): Promise<AnswerOf<typeof applyReconcile>> {
    return this.reconcile.apply(params.domain, body);
  }

  @Route(confirmReconcile)
  confirm(@Input() { params, body }: InputOf<typeof confirmReconcile>): Promise<AnswerOf<typeof confirmReconcile>> {
    return this.reconcile.confirm(params.domain, body.changeId);
  }

  @Route(rollBackReconcile)
  rollBack(@Input() { params, body }: InputOf<typeof rollBackReconcile>): Promise<AnswerOf<typeof rollBackReconcile>> {
    return 'changeId' in body
      ? this.reconcile.rollBack(params.domain, body.changeId)
      : this.reconcile.returnTo(params.domain, body.generation, body.confirmSeconds);
  }

  @Route(healReconcile)
  heal(@Input() { params, body }: InputOf<typeof healReconcile>): Promise<AnswerOf<typeof healReconcile>> {
    return this.reconcile.heal(params.domain, body);
  }

  @Route(listReconcileHistory)
  history(@Input() { params, query }: InputOf<typeof listReconcileHistory>): Promise<AnswerOf<typeof listReconcileHistory>> {
    return this.changes.list(params.domain, query);
  }

  @Route(diffReconcileGenerations)
  diff(
    @Input() { params, query }: InputOf<typeof diffReconcileGenerations>,
  ): Promise<AnswerOf<typeof diffReconcileGenerations>> {
    return this.changes.diff(params.domain, params.generation, query.against);
  }
}
