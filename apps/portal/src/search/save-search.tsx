import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { savedSearchesQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast-queue.ts';
import { requestOf, type SearchAddress } from './search-address.ts';

/** Keeps the shown search under a name of one's own. */
export function SaveSearch({ address }: { address: SearchAddress }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/search/saved', { body: { name: name.trim(), query: requestOf(address) } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: savedSearchesQuery.queryKey });
      toast({ tone: 'good', title: `Saved as “${name.trim()}”`, detail: 'It waits on the search page.' });
      setOpen(false);
    },
  });
  return (
    <>
      <Button
        small
        kind="quiet"
        icon={Bookmark}
        onPress={() => {
          setName(address.q ?? '');
          setOpen(true);
        }}
      >
        Save
      </Button>
      <Dialog title="Save this search" open={open} onClose={() => setOpen(false)}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() && !save.isPending) save.mutate();
          }}
        >
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            maxLength={200}
            help="It always shows what fits at that moment."
          />
          <DialogActions>
            <Button onPress={() => setOpen(false)}>Cancel</Button>
            <Button kind="primary" type="submit" busy={save.isPending} disabledBecause={!name.trim() && 'A name is needed.'}>
              Save
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
