import { useQuery } from '@tanstack/react-query';
import { UserPlus, UserSearch } from 'lucide-react';
import { useState } from 'react';
import { accountsQuery } from '../api/queries.ts';
import { formatCount } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan, useNeeds, useSession } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page, Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.tsx';
import { findAccounts, sortAccounts } from './account-rules.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import styles from './people.module.css';
import { PeopleTable } from './people-table.tsx';
import { RoleMatrix } from './role-matrix.tsx';
import type { Account } from './role-words.ts';

/** From this many people on, a box to find one. */
const worthFinding = 6;

/** Who may do what? */
export function PeoplePage() {
  const may = useCan();
  const { organisation } = useSession();
  const refusal = useNeeds()('account.update', 'add people');
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="People"
      lead={`Who belongs to ${organisation.name}, and what each may do. The appliance decides it again on every request.`}
      actions={
        may('account.read') && (
          <Button kind="primary" icon={UserPlus} disabledBecause={refusal} onPress={() => setAdding(true)}>
            Add a person
          </Button>
        )
      }
    >
      {may('account.read') ? <People /> : <NoPermission what="The people are not for your role" needs="account.read" />}
      <Section title="What each role may do">
        <RoleMatrix />
      </Section>
      {adding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function People() {
  const query = useQuery(accountsQuery);
  return (
    <Reading query={query} what="the people" failed="The people could not be read" skeleton={<PeopleSkeleton />}>
      {({ items }) => <PeopleList accounts={items} />}
    </Reading>
  );
}

function PeopleList({ accounts }: { accounts: readonly Account[] }) {
  const [typed, setTyped] = useState('');
  const shown = sortAccounts(findAccounts(accounts, typed));
  return (
    <>
      {accounts.length >= worthFinding && (
        <div className={styles.tools}>
          <TextField
            label="Find a person"
            hideLabel
            type="search"
            placeholder="Find by name, address or role"
            value={typed}
            onChange={setTyped}
          />
          <span className={styles.count} role="status">
            {typed ? `${formatCount(shown.length)} of ${formatCount(accounts.length)}` : formatCount(accounts.length)} people
          </span>
        </div>
      )}
      {shown.length > 0 ? (
        <PeopleTable shown={shown} accounts={accounts} />
      ) : (
        <div className={page.card}>
          <EmptyState
            compact
            icon={UserSearch}
            title={`Nobody fits “${typed}”`}
            actions={<Button onPress={() => setTyped('')}>Show everybody</Button>}
          >
            Names, addresses and roles are looked through.
          </EmptyState>
        </div>
      )}
    </>
  );
}

function PeopleSkeleton() {
  return (
    <div className={page.card} style={{ display: 'grid', gap: 20 }}>
      {[0, 1, 2, 3].map((line) => (
        <div key={line} className={styles.person}>
          <Skeleton width={32} height={32} style={{ borderRadius: 16, flex: 'none' }} />
          <div style={{ display: 'grid', gap: 6, flex: 1 }}>
            <Skeleton width="24%" />
            <Skeleton width="34%" height={12} />
          </div>
        </div>
      ))}
    </div>
  );
}
