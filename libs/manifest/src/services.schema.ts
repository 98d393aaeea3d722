import { z } from 'zod';

/** Who may start the services of the appliance. */
export const serviceStarters = ['supervisor', 'systemd'] as const;

const unit = z
  .string()
  .regex(/^[a-z0-9][A-Za-z0-9:_.-]*(@[A-Za-z0-9:_.-]*)?\.service$/, 'a name such as redis-server.service')
  .describe('Unit of systemd that runs it.');
const user = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'the name of an account')
  .describe('Account that it runs as.');
const socket = z.string().regex(/^\/[A-Za-z0-9_./-]{1,100}$/, 'a whole path of at most 101 letters');
const port = z.number().int().min(1).max(65535);
const name = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])$/, 'a host name or an address');

/** How it is asked whether a service is well. */
const health = z
  .strictObject({
    ask: z
      .enum(['http', 'query', 'ping', 'connect', 'notify'])
      .describe(
        'http: GET /health/ready answers 200; query: SELECT 1; ping: PING; connect: its socket takes a connection; notify: it tells systemd, which ends it when it falls silent.',
      ),
    withinSeconds: z.number().positive().describe('No answer for so long counts as none.'),
  })
  .describe('How it is asked whether it is well.');

/** The shape of `services` in the manifest. */
export const servicesSchema = z.strictObject({
  startedBy: z
    .enum(serviceStarters)
    .describe(
      'supervisor: ./holdfast up starts everything under one account, with sockets of its own; systemd: units do, as the rest of this section says.',
    ),
  postgresql: z
    .strictObject({
      unit,
      user,
      socket: socket.describe('Folder of its unix socket.'),
      port: port.describe('Part of its socket’s name; nothing listens on the network.'),
      health,
    })
    .describe('The database.'),
  redis: z.strictObject({ unit, user, socket: socket.describe('Its unix socket.'), health }).describe('The queues.'),
  keystore: z
    .strictObject({ unit, user, socket: socket.describe('Its unix socket; keys.socket wins.'), health })
    .describe('The embedded keystore.'),
  api: z.strictObject({ unit, user, health }).describe('The api and the portal; its address is listen.'),
  workers: z
    .strictObject({ unit: unit.describe('Template of the units: one instance for each name in workers.'), user, health })
    .describe('The workers.'),
  agent: z.strictObject({ unit, user, socket: socket.describe('Its unix socket.'), health }).describe('The host agent.'),
  nginx: z
    .strictObject({
      unit,
      user,
      port: port.describe('Where browsers reach the appliance, by TLS.'),
      plainPort: port.nullable().describe('Where they are sent on from plain HTTP; null: nowhere.'),
      names: z.array(name).describe('Names and addresses by which browsers reach it; requests for others are refused.'),
      health,
    })
    .describe('What stands before the api.'),
});
export type ServiceSettings = z.output<typeof servicesSchema>;
