import { destination, type Logger, pino } from 'pino';
import { findContext } from '#kernel';
import { readEnvironment } from '#manifest';

export type { Logger } from 'pino';

/** Values under these names never reach a log line, wherever they stand. */
const secretNames = ['password', 'newPassword', 'currentPassword', 'token', 'cookie', 'authorization', 'passwordHash'];

const { logLevel, logDescriptor } = readEnvironment();

/** The process's log: JSON lines on standard output (of a command on standard error), each with organisation and request id of the work it came from. */
export const rootLogger: Logger = pino(
  {
    level: logLevel,
    base: { pid: process.pid },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    mixin: () => {
      const context = findContext();
      return context ? { organisationId: context.organisationId, requestId: context.requestId } : {};
    },
  },
  destination({ dest: logDescriptor, sync: true }),
);

/** A log for one component. */
export function loggerFor(component: string): Logger {
  return rootLogger.child({ component });
}
