import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { compact } from '../lib/query-text.ts';
import { useCan } from '../session/session.ts';
import { IconButton } from '../ui/button.tsx';
import { filterOf, type LibraryAddress } from './library-address.ts';
import { EmptyLibrary, EmptyTrash, LibraryView } from './library-view.tsx';

const route = getRouteApi('/shell/');

/** What have we got? Everything, newest first, under the filters of the address. */
export function LibraryPage() {
  const address = route.useSearch();
  const navigate = useNavigate();
  const mayDelete = useCan()('asset.delete');
  const change = (part: Partial<LibraryAddress>) =>
    void navigate({ to: '/', search: compact({ ...address, ...part }), replace: true });
  return (
    <LibraryView
      title={address.trash ? 'Trash' : 'Library'}
      address={address}
      filter={filterOf(address)}
      empty={address.trash ? <EmptyTrash /> : <EmptyLibrary />}
      actions={
        mayDelete &&
        !address.trash && (
          <IconButton
            label="Open the trash"
            icon={Trash2}
            onPress={() => void navigate({ to: '/', search: { trash: true } })}
          />
        )
      }
      onChange={change}
    />
  );
}
