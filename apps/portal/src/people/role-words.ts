import type { Answer, Permission } from '../api/types.ts';

export type Account = Answer<'listAccounts'>['items'][number];
export type Role = Account['role'];

/** Roles from least to most, with what they are meant for. */
export const roleChoices: readonly { role: Role; title: string; means: string }[] = [
  { role: 'viewer', title: 'Viewer', means: 'Looks, searches and downloads. Changes nothing.' },
  {
    role: 'operator',
    title: 'Operator',
    means: 'Also adds, describes and removes media, and sees how the appliance is doing.',
  },
  { role: 'admin', title: 'Administrator', means: 'Also decides who may do what, which models run, and reads the audit.' },
];

/** What people do, by the permissions that allow it, and the roles that hold them; proven against the appliance's own table. */
export const abilities: readonly { title: string; permissions: readonly Permission[]; roles: readonly Role[] }[] = [
  {
    title: 'Look at, search and download media',
    permissions: ['asset.read', 'asset.download', 'search.read', 'collection.read', 'tag.read'],
    roles: ['viewer', 'operator', 'admin'],
  },
  { title: 'Add media', permissions: ['asset.create'], roles: ['operator', 'admin'] },
  {
    title: 'Describe, tag and collect media',
    permissions: ['asset.update', 'tag.update', 'collection.update'],
    roles: ['operator', 'admin'],
  },
  { title: 'Put media into the trash and take it out', permissions: ['asset.delete'], roles: ['operator', 'admin'] },
  {
    title: 'See jobs, system and models; run failed jobs again',
    permissions: ['job.read', 'job.retry', 'system.read', 'model.read'],
    roles: ['operator', 'admin'],
  },
  { title: 'See who runs on which cores, and try other budgets', permissions: ['box.read'], roles: ['operator', 'admin'] },
  { title: 'Change what the machine itself is to be', permissions: ['box.change'], roles: ['admin'] },
  { title: 'See how the box is configured, and who changed it', permissions: ['config.read'], roles: ['operator', 'admin'] },
  {
    title: 'Change the configuration, read logs of services and restart them',
    permissions: ['config.change', 'services.logs', 'services.restart'],
    roles: ['admin'],
  },
  {
    title: 'Erase media and persons for good, and see what was erased',
    permissions: ['erasure.read', 'erasure.update'],
    roles: ['admin'],
  },
  { title: 'See the keys and rotate them', permissions: ['keys.read', 'keys.update'], roles: ['admin'] },
  {
    title: 'See where media lie, how full disks are and what moves',
    permissions: ['storage.read'],
    roles: ['operator', 'admin'],
  },
  { title: 'Move media between tiers and pin them', permissions: ['storage.update'], roles: ['admin'] },
  { title: 'Enable and disable models', permissions: ['model.update'], roles: ['admin'] },
  { title: 'Add people, change roles, disable accounts', permissions: ['account.read', 'account.update'], roles: ['admin'] },
  {
    title: 'Decide how long things are kept, place legal holds, delete for good',
    permissions: ['retention.read', 'retention.update', 'hold.update'],
    roles: ['admin'],
  },
  { title: 'Read the audit', permissions: ['audit.read'], roles: ['admin'] },
];
