import { expect, test } from 'vitest';
import { abilities, type Role, roleChoices } from './role-words.ts';

interface RoleTable {
  permissions: readonly string[];
  roles: readonly Role[];
  rolePermissions: Record<Role, ReadonlySet<string>>;
}

// The portal imports no library: this proof alone reads the appliance's own table, as a file.
const table = new URL('../../../../libs/kernel/src/permissions.ts', import.meta.url);
const { permissions, roles, rolePermissions } = (await import(table.href)) as RoleTable;

test('the table of roles says of every permission who holds it, exactly as the appliance decides', () => {
  const told = abilities.flatMap((ability) => ability.permissions.map((permission) => ({ permission, roles: ability.roles })));
  expect(told.map(({ permission }) => permission).sort()).toEqual([...permissions].sort());
  for (const { permission, roles: holders } of told)
    expect([...holders].sort(), permission).toEqual(roles.filter((role) => rolePermissions[role].has(permission)).sort());
});

test('every role can be chosen', () => {
  expect(roleChoices.map(({ role }) => role).sort()).toEqual([...roles].sort());
});
