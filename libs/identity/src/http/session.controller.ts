import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerOf, Input, type InputOf, Req, Res, Route } from '#kernel';
import { AccountService } from '../account.service.ts';
import { describeSession, SessionService, signInNeeded } from '../session.service.ts';
import { SetupService } from '../setup.service.ts';
import { type SignedIn, SignInService } from '../sign-in.service.ts';
import { changePassword, completeSetup, getSession, getSetupState, signIn, signOut } from './identity.contract.ts';
import { clearSessionCookie, readSessionToken, setSessionCookie } from './session-cookie.ts';

@Controller()
export class SessionController {
  constructor(
    @Inject(SignInService) private readonly signIns: SignInService,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(SessionService) private readonly sessions: SessionService,
    @Inject(AccountService) private readonly accounts: AccountService,
  ) {}

  @Route(getSetupState)
  async setupState(): Promise<AnswerOf<typeof getSetupState>> {
    return { needed: await this.setup.isNeeded() };
  }

  @Route(completeSetup)
  async completeSetup(
    @Input() input: InputOf<typeof completeSetup>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return welcome(await this.setup.complete(input.body, clientOf(request), request.id), request, reply);
  }

  @Route(signIn)
  async signIn(@Input() input: InputOf<typeof signIn>, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const earlier = readSessionToken(request);
    const signedIn = await this.signIns.signIn(input.body, clientOf(request), request.id);
    if (earlier) await this.sessions.end(earlier);
    return welcome(signedIn, request, reply);
  }

  @Route(getSession)
  async session(@Req() request: FastifyRequest): Promise<AnswerOf<typeof getSession>> {
    const session = await this.sessions.find(readSessionToken(request) ?? '');
    if (!session) throw signInNeeded();
    return describeSession(session);
  }

  @Route(signOut)
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.sessions.end(readSessionToken(request) ?? '');
    clearSessionCookie(request, reply);
  }

  @Route(changePassword)
  async changePassword(@Input() input: InputOf<typeof changePassword>, @Req() request: FastifyRequest): Promise<void> {
    await this.accounts.changePassword(input.body, readSessionToken(request) ?? '');
  }
}

function clientOf(request: FastifyRequest) {
  return { userAgent: request.headers['user-agent'] ?? '', address: request.ip };
}

function welcome(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): AnswerOf<typeof signIn> {
  setSessionCookie(request, reply, signedIn.session);
  return signedIn.answer;
}
