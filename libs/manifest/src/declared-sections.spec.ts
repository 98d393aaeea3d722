import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { HoldfastError } from '#kernel';
import { findCheckout, profileFolder } from './appliance.ts';
import { checkManifest } from './manifest-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sections-'));
afterAll(() => rmSync(folder, { recursive: true }));

const routes = (to: string[]) => [
  { severity: 'critical', to, repeatMinutes: 60, evenInQuietHours: true },
  { severity: 'warning', to: [], repeatMinutes: null, evenInQuietHours: false },
  { severity: 'info', to: [], repeatMinutes: null, evenInQuietHours: false },
];
const mailServer = { host: 'mail.example.org', port: 587, security: 'starttls', from: 'box@example.org' };
const mail = { kind: 'mail', name: 'admins', to: ['ada@example.org'] };
const shelf = { kind: 'folder', name: 'shelf', path: '/mnt/shelf', fileSystemUuid: null };
const nightly = { name: 'nightly', what: ['database'], schedule: 'daily 02:30', to: ['shelf'], keepDays: 30 };

function problemsOf(sections: object): string[] {
  try {
    checkManifest('appliance.yaml', stringify({ profile: 'evaluation', ...sections }), profileFolder(findCheckout()));
    return [];
  } catch (error) {
    if (error instanceof HoldfastError) return error.values.problems as string[];
    throw error;
  }
}

test('zones, alerts and backups that go together are taken', () => {
  const sections = {
    zones: [
      { name: 'office', networks: ['192.168.10.0/24', 'fd00:1::/64'], allow: ['portal', 'api'] },
      { name: 'workshop', networks: ['192.168.11.0/24'], allow: [] },
    ],
    alerts: {
      mailServer,
      channels: [
        mail,
        { kind: 'webhook', name: 'hook', url: 'https://hooks.example.org/holdfast', secretFile: '/etc/holdfast/hook' },
      ],
      routes: routes(['admins', 'hook']),
      quietHours: { from: '22:00', to: '07:00' },
    },
    backups: {
      targets: [
        shelf,
        {
          kind: 's3',
          name: 'far',
          endpoint: 'https://s3.example.org',
          bucket: 'holdfast',
          credentialsFile: '/etc/holdfast/s3',
        },
      ],
      plans: [{ ...nightly, to: ['shelf', 'far'] }],
      drill: 'weekly sunday 05:00',
    },
  };
  expect(problemsOf(sections)).toEqual([]);
});

test.each<[string, object, RegExp]>([
  [
    'zones with addresses in common',
    {
      zones: [
        { name: 'a', networks: ['10.0.0.0/8'], allow: [] },
        { name: 'b', networks: ['10.1.0.0/16'], allow: [] },
      ],
    },
    /:\d+: zones\.1\.networks\.0 is "10\.1\.0\.0\/16": has addresses in common with 10\.0\.0\.0\/8 of the zone "a"/,
  ],
  [
    'a network with bits behind its prefix',
    { zones: [{ name: 'a', networks: ['10.0.0.1/8'], allow: [] }] },
    /zones\.0\.networks\.0 is "10\.0\.0\.1\/8": a network such as/,
  ],
  [
    'a zone twice',
    {
      zones: [
        { name: 'a', networks: ['10.0.0.0/8'], allow: [] },
        { name: 'a', networks: ['11.0.0.0/8'], allow: [] },
      ],
    },
    /"a" is declared twice/,
  ],
  [
    'a service that there is not',
    { zones: [{ name: 'a', networks: ['10.0.0.0/8'], allow: ['telnet'] }] },
    /zones\.0\.allow\.0 is "telnet"/,
  ],
  [
    'a route to a channel that there is not',
    { alerts: { mailServer, channels: [mail], routes: routes(['adminz']) } },
    /alerts\.routes\.0\.to\.0 is "adminz": there is no channel "adminz"; there are admins/,
  ],
  ['two routes of one severity', { alerts: { routes: [...routes([]), ...routes([])] } }, /"critical" has a route already/],
  ['a severity without a route', { alerts: { routes: routes([]).slice(1) } }, /alerts\.routes.*has none for "critical"/],
  [
    'mail without a server',
    { alerts: { mailServer: null, channels: [mail] } },
    /alerts\.channels\.0\.kind is "mail": needs alerts\.mailServer/,
  ],
  [
    'mail in the clear',
    { alerts: { mailServer: { ...mailServer, security: 'none' } } },
    /security is "none": may be none on the loopback only/,
  ],
  [
    'a password in an address',
    { alerts: { channels: [{ kind: 'webhook', name: 'hook', url: 'https://a:b@example.org' }] } },
    /https without a name and password/,
  ],
  ['quiet hours without end', { alerts: { quietHours: { from: '22:00', to: '22:00' } } }, /begin and end at the same time/],
  [
    'a plan to a target that there is not',
    { backups: { targets: [shelf], plans: [{ ...nightly, to: ['cellar'] }] } },
    /there is no target "cellar"; there are shelf/,
  ],
  [
    'a schedule that is none',
    { backups: { targets: [shelf], plans: [{ ...nightly, schedule: '30 2 * * *' }] } },
    /plans\.0\.schedule is "30 2 \* \* \*": "hourly :15", "daily 02:30"/,
  ],
  [
    'copies that outlive the window of keys',
    { backups: { targets: [shelf], plans: [{ ...nightly, keepDays: 90 }] } },
    /plans\.0\.keepDays is 90: is more than keys\.backupWindowDays \(30\)/,
  ],
  ['a drill of nothing', { backups: { drill: 'daily 01:00' } }, /drill is "daily 01:00": has nothing to restore/],
  [
    'a bucket in the clear',
    { backups: { targets: [{ kind: 's3', name: 'far', endpoint: 'http://s3', bucket: 'aaa', credentialsFile: '/a' }] } },
    /https:\/\/HOST/,
  ],
])('%s are refused at their place', (_, sections, expected) => {
  expect(problemsOf(sections).join('\n')).toMatch(expected);
});
