import {
  Activity,
  CalendarClock,
  Cpu,
  Eraser,
  HardDrive,
  Images,
  Layers,
  type LucideIcon,
  ScrollText,
  Search,
  Server,
  Settings2,
  Tags,
  Users,
} from 'lucide-react';
import type { Permission } from '../api/types.ts';

/** A page one can go to from everywhere. */
export interface Place {
  title: string;
  to:
    | '/'
    | '/search'
    | '/collections'
    | '/tags'
    | '/jobs'
    | '/box'
    | '/storage'
    | '/system'
    | '/people'
    | '/retention'
    | '/erasures'
    | '/settings/configuration'
    | '/audit';
  icon: LucideIcon;
  permission: Permission;
  group: 'people' | 'appliance';
  /** Key pressed after G. */
  key: string;
}

const places: readonly Place[] = [
  { title: 'Library', to: '/', icon: Images, permission: 'asset.read', group: 'people', key: 'l' },
  { title: 'Search', to: '/search', icon: Search, permission: 'search.read', group: 'people', key: 's' },
  { title: 'Collections', to: '/collections', icon: Layers, permission: 'collection.read', group: 'people', key: 'c' },
  { title: 'Tags', to: '/tags', icon: Tags, permission: 'tag.read', group: 'people', key: 't' },
  { title: 'Jobs', to: '/jobs', icon: Activity, permission: 'job.read', group: 'appliance', key: 'j' },
  { title: 'Box', to: '/box', icon: Cpu, permission: 'box.read', group: 'appliance', key: 'b' },
  { title: 'Storage', to: '/storage', icon: HardDrive, permission: 'storage.read', group: 'appliance', key: 'o' },
  { title: 'System', to: '/system', icon: Server, permission: 'system.read', group: 'appliance', key: 'y' },
  { title: 'People', to: '/people', icon: Users, permission: 'account.read', group: 'appliance', key: 'p' },
  { title: 'Retention', to: '/retention', icon: CalendarClock, permission: 'retention.read', group: 'appliance', key: 'r' },
  { title: 'Erasures', to: '/erasures', icon: Eraser, permission: 'erasure.read', group: 'appliance', key: 'e' },
  {
    title: 'Configuration',
    to: '/settings/configuration',
    icon: Settings2,
    permission: 'config.read',
    group: 'appliance',
    key: 'f',
  },
  { title: 'Audit', to: '/audit', icon: ScrollText, permission: 'audit.read', group: 'appliance', key: 'a' },
];

/** The places a person may go to; what nobody may use is not shown. */
export function placesFor(can: (permission: Permission) => boolean): Place[] {
  return places.filter((place) => can(place.permission));
}
