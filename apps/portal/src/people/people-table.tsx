import { Ellipsis, Eraser, ShieldCheck, UserCheck, UserX } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { EraseSubject } from '../erasures/erase-subject.tsx';
import { roleWords } from '../lib/words.ts';
import { useCan, useNeeds, useSession } from '../session/session.ts';
import page from '../shell/page.module.css';
import { initials } from '../shell/person-menu.tsx';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge, Dot } from '../ui/marks.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { toast } from '../ui/toast-queue.ts';
import { lastAdministrator } from './account-rules.ts';
import { DisableDialog } from './disable-dialog.tsx';
import styles from './people.module.css';
import { RoleDialog } from './role-dialog.tsx';
import type { Account } from './role-words.ts';
import { useAccountChange } from './use-account-change.ts';

type Question = { about: 'role' | 'disable' | 'erase'; account: Account };

/** People with their roles, and what can be done about each. */
export function PeopleTable({ shown, accounts }: { shown: readonly Account[]; accounts: readonly Account[] }) {
  const session = useSession();
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.people)}>
        <caption className="seen-by-readers-only">People of {session.organisation.name}</caption>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Role</th>
            <th scope="col">Account</th>
            <th scope="col">
              <span className="seen-by-readers-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((account) => (
            <PersonRow
              key={account.id}
              account={account}
              own={account.id === session.account.id}
              isLast={lastAdministrator(account, accounts)}
              onAsk={(about) => setQuestion({ about, account })}
            />
          ))}
        </tbody>
      </table>
      {question?.about === 'role' && (
        <RoleDialog
          account={question.account}
          accounts={accounts}
          own={question.account.id === session.account.id}
          onClose={close}
        />
      )}
      {question?.about === 'disable' && <DisableDialog account={question.account} onClose={close} />}
      {question?.about === 'erase' && <EraseSubject subject={subjectOf(question.account)} onClose={close} />}
    </div>
  );
}

function subjectOf({ id, displayName, email }: Account) {
  return { kind: 'person', id, name: displayName, confirm: email } as const;
}

function PersonRow({
  account,
  own,
  isLast,
  onAsk,
}: {
  account: Account;
  own: boolean;
  isLast: string | false;
  onAsk: (about: Question['about']) => void;
}) {
  return (
    <tr data-disabled={account.disabled ? '' : undefined}>
      <th scope="row">
        <span className={styles.person}>
          <span className={styles.avatar} aria-hidden>
            {initials(account.displayName)}
          </span>
          <span className={styles.names}>
            <span>
              {account.displayName} {own && <Badge>You</Badge>}
            </span>
            <span className={styles.email}>{account.email}</span>
          </span>
        </span>
      </th>
      <td data-label="Role">{roleWords[account.role]}</td>
      <td data-label="Account">
        <span className={styles.state}>
          <Dot tone={account.disabled ? 'neutral' : 'good'} />
          {account.disabled ? 'Disabled' : 'Can sign in'}
        </span>
      </td>
      <td className={styles.actions}>
        <PersonActions account={account} own={own} isLast={isLast} onAsk={onAsk} />
      </td>
    </tr>
  );
}

function PersonActions({
  account,
  own,
  isLast,
  onAsk,
}: {
  account: Account;
  own: boolean;
  isLast: string | false;
  onAsk: (about: Question['about']) => void;
}) {
  const refusal = useNeeds()('account.update', 'change accounts');
  const can = useCan();
  const enable = useAccountChange(() => undefined);
  return (
    <Menu
      label={`Actions for ${account.displayName}`}
      trigger={<IconButton small label={`Actions for ${account.displayName}`} icon={Ellipsis} hintPlacement="left" />}
    >
      <MenuItem icon={ShieldCheck} disabledBecause={refusal} onAction={() => onAsk('role')}>
        Change the role…
      </MenuItem>
      <MenuSeparator />
      {account.disabled ? (
        <MenuItem
          icon={UserCheck}
          disabledBecause={refusal}
          onAction={() =>
            enable.mutate(
              { account, change: { disabled: false } },
              { onError: (error) => toast({ tone: 'bad', title: asProblem(error).message, detail: asProblem(error).action }) },
            )
          }
        >
          Enable the account
        </MenuItem>
      ) : (
        <MenuItem
          icon={UserX}
          danger
          disabledBecause={refusal || isLast || (own && 'You would lock yourself out; another administrator can do it.')}
          onAction={() => onAsk('disable')}
        >
          Disable the account…
        </MenuItem>
      )}
      {can('erasure.update') && (
        <MenuItem icon={Eraser} danger onAction={() => onAsk('erase')}>
          Erase what they brought…
        </MenuItem>
      )}
    </Menu>
  );
}
