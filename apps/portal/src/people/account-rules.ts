import { fits } from '../reading/fits.ts';
import type { Account } from './role-words.ts';

/** Why an account may not lose the rights of an administrator now, or false. The appliance holds to the same rule. */
export function lastAdministrator(account: Account, accounts: readonly Account[]): string | false {
  const administrators = accounts.filter(({ role, disabled }) => role === 'admin' && !disabled);
  const isLast = administrators.length === 1 && administrators[0]?.id === account.id;
  return isLast && 'This is the last administrator. Make somebody else an administrator first.';
}

/** Accounts by name; disabled ones last. */
export function sortAccounts(accounts: readonly Account[]): Account[] {
  return [...accounts].sort((a, b) => Number(a.disabled) - Number(b.disabled) || a.displayName.localeCompare(b.displayName));
}

/** Accounts whose name, address or role contains every typed word. */
export function findAccounts(accounts: readonly Account[], typed: string): Account[] {
  const found = fits(typed);
  return accounts.filter(({ displayName, email, role }) => found(`${displayName} ${email} ${role}`));
}
