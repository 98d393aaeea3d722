import { z } from 'zod';
import { timeOfDay } from './time-of-day.ts';

/** How urgent an alert is. */
export const alertSeverities = ['critical', 'warning', 'info'] as const;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens');
const secretFile = z
  .string()
  .regex(/^\/[^\0]{1,500}$/, 'a whole path')
  .describe('File that holds the secret: none stands in the manifest.');

/** Over TLS, and without a name or password in it: the manifest is no place for secrets. */
function isSafeHook(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, hostname } = new URL(address);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return username + password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
}

const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mail').describe('Sent by the mail server of this section.'),
    name: name.describe('How routes call it.'),
    to: z.array(z.email()).min(1).describe('Who gets it.'),
  }),
  z.strictObject({
    kind: z.literal('webhook').describe('Posted as JSON.'),
    name: name.describe('How routes call it.'),
    url: z
      .url()
      .refine(isSafeHook, 'https without a name and password; http on the loopback only')
      .describe('Where it is posted to; https, or http on the loopback.'),
    secretFile: secretFile.optional(),
  }),
]);

const route = z.strictObject({
  severity: z.enum(alertSeverities).describe('Which alerts take this route.'),
  to: z.array(name).describe('Channels by name; none: such alerts are shown in the portal only.'),
  repeatMinutes: z
    .number()
    .int()
    .min(5)
    .max(43_200)
    .nullable()
    .describe('Sent again so often while nobody has acknowledged it; null: once.'),
  evenInQuietHours: z.boolean().describe('Whether it is sent in quiet hours, too; otherwise when they are over.'),
});

/** The shape of `alerts` in the manifest: who is told of what, when. */
export const alertsSchema = z
  .strictObject({
    mailServer: z
      .strictObject({
        host: z.string().min(1).max(253).describe('Its name or address.'),
        port: z.number().int().min(1).max(65_535).describe('587 for starttls, 465 for tls.'),
        security: z.enum(['starttls', 'tls', 'none']).describe('How the way there is protected; none on the loopback only.'),
        from: z.email().describe('Sender of the mails.'),
        user: z.string().min(1).optional().describe('Account there, where it wants one.'),
        passwordFile: secretFile.optional(),
      })
      .nullable()
      .describe('Where mails are handed in; null: none are sent.'),
    channels: z.array(channel).describe('Ways to somebody.'),
    routes: z.array(route).describe('Where alerts of each severity go; each severity once.'),
    quietHours: z
      .strictObject({
        from: timeOfDay.describe('When they begin, such as 22:00.'),
        to: timeOfDay.describe('When they end, such as 07:00.'),
      })
      .refine(({ from, to }) => from !== to, 'begin and end at the same time')
      .nullable()
      .describe('When only what may disturb is sent; null: always everything.'),
  })
  .superRefine(({ channels, routes, mailServer }, context) => {
    const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const names = channels.map((one) => one.name);
    for (const [index, one] of channels.entries()) {
      if (names.indexOf(one.name) !== index) report(['channels', index, 'name'], `"${one.name}" is declared twice`);
      if (one.kind === 'mail' && mailServer === null) report(['channels', index, 'kind'], 'needs alerts.mailServer');
    }
    for (const [index, { severity, to }] of routes.entries()) {
      if (routes.findIndex((other) => other.severity === severity) !== index)
        report(['routes', index, 'severity'], `"${severity}" has a route already`);
      for (const [place, target] of to.entries())
        if (!names.includes(target))
          report(['routes', index, 'to', place], `there is no channel "${target}"; there are ${names.join(', ') || 'none'}`);
    }
    for (const severity of alertSeverities)
      if (!routes.some((one) => one.severity === severity)) report(['routes'], `has none for "${severity}"`);
    if (mailServer?.security === 'none' && !['127.0.0.1', '::1', 'localhost'].includes(mailServer.host))
      report(['mailServer', 'security'], 'may be none on the loopback only');
  });
export type AlertSettings = z.output<typeof alertsSchema>;
