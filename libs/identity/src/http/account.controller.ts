import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { AccountService } from '../account.service.ts';
import { createAccount, listAccounts, updateAccount } from './identity.contract.ts';

@Controller()
export class AccountController {
  constructor(@Inject(AccountService) private readonly accounts: AccountService) {}

  @Route(listAccounts)
  list(): Promise<AnswerOf<typeof listAccounts>> {
    return this.accounts.list();
  }

  @Route(createAccount)
  create(@Input() input: InputOf<typeof createAccount>): Promise<AnswerOf<typeof createAccount>> {
    return this.accounts.create(input.body);
  }

  @Route(updateAccount)
  update(@Input() input: InputOf<typeof updateAccount>): Promise<AnswerOf<typeof updateAccount>> {
    return this.accounts.update(input.params.id, input.body);
  }
}
