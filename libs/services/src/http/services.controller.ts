import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { ServicesService } from '../services.service.ts';
import { listServices, readServiceLogs, restartService } from './services.contract.ts';

@Controller()
export class ServicesController {
  constructor(@Inject(ServicesService) private readonly services: ServicesService) {}

  @Route(listServices)
  list(): Promise<AnswerOf<typeof listServices>> {
    return this.services.list();
  }

  @Route(readServiceLogs)
  readLog(@Input() { params, query }: InputOf<typeof readServiceLogs>): Promise<AnswerOf<typeof readServiceLogs>> {
    return this.services.readLog(params.id, query);
  }

  @Route(restartService)
  restart(@Input() { params }: InputOf<typeof restartService>): Promise<AnswerOf<typeof restartService>> {
    return this.services.restart(params.id);
  }
}
