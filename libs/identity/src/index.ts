export { CommandContext } from './command-context.ts';
export { CommandPass, passHeader, readPass } from './command-pass.ts';
export { readSessionToken } from './http/session-cookie.ts';
export * from './identity.module.ts';
export type { LiveSession } from './session.repository.ts';
export { SessionService, signInNeeded } from './session.service.ts';
export { SetupService } from './setup.service.ts';
