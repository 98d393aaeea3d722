import type { Permission } from '../api/types.ts';

/** The pages under Box, in the order of their tabs. A new one needs a line here and a route in `router.tsx`. */
export const boxParts = [
  { to: '/box', title: 'Die', permission: 'box.read' },
  { to: '/box/memory', title: 'Memory', permission: 'box.read' },
  { to: '/box/gpu', title: 'GPU', permission: 'box.read' },
  { to: '/box/services', title: 'Services', permission: 'box.read' },
  { to: '/box/hardware', title: 'Hardware', permission: 'box.read' },
  { to: '/box/past', title: 'Past', permission: 'box.read' },
  { to: '/box/history', title: 'History', permission: 'box.read' },
] as const satisfies readonly {
  to: `/box${string}`;
  title: string;
  permission: Permission;
}[];
export type BoxPartAddress = (typeof boxParts)[number]['to'];
