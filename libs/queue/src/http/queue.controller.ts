import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { DeadLetterRetry } from '../dead-letter-retry.ts';
import { QueueService } from '../queue.service.ts';
import { listDeadLetters, listQueues, retryDeadLetters } from './queue.contract.ts';

@Controller()
export class QueueController {
  constructor(
    @Inject(QueueService) private readonly queues: QueueService,
    @Inject(DeadLetterRetry) private readonly retries: DeadLetterRetry,
  ) {}

  @Route(listQueues)
  list(): Promise<AnswerOf<typeof listQueues>> {
    return this.queues.list();
  }

  @Route(listDeadLetters)
  deadLetters(@Input() input: InputOf<typeof listDeadLetters>): Promise<AnswerOf<typeof listDeadLetters>> {
    return this.queues.deadLetters(input.query);
  }

  @Route(retryDeadLetters)
  async retry(@Input() input: InputOf<typeof retryDeadLetters>): Promise<AnswerOf<typeof retryDeadLetters>> {
    return { retried: await this.retries.retry(input.body.ids) };
  }
}
