import { Global, Module } from '@nestjs/common';
import { AccountRepository } from './account.repository.ts';
import { AccountService } from './account.service.ts';
import { CommandContext } from './command-context.ts';
import { CommandPass } from './command-pass.ts';
import { AccountController } from './http/account.controller.ts';
import { SessionController } from './http/session.controller.ts';
import { SessionRepository } from './session.repository.ts';
import { SessionService } from './session.service.ts';
import { SetupService } from './setup.service.ts';
import { SignInService } from './sign-in.service.ts';
import { ThrottleRepository } from './throttle.repository.ts';

const services = [AccountService, CommandContext, CommandPass, SessionService, SetupService, SignInService];

/** Accounts and sessions, for every process. */
@Global()
@Module({ providers: [...services, AccountRepository, SessionRepository, ThrottleRepository], exports: services })
export class IdentityModule {}

/** Setup, sign-in and people over HTTP. */
@Module({ controllers: [SessionController, AccountController] })
export class IdentityHttpModule {}
