import { useQuery } from '@tanstack/react-query';
import { Gavel } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AssetSet } from '../actions/asset-set.ts';
import { isLong } from '../actions/in-batches.ts';
import { holdsQuery } from '../api/retention-queries.ts';
import { formatCounted } from '../lib/format.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { HeldAlready } from './held-already.tsx';
import styles from './retention.module.css';
import { type HoldWish, useHoldAssets } from './use-hold-assets.ts';

/** Places assets under a legal hold: a new one, or one that stands already. */
export default function HoldAssetsDialog({
  assets,
  onClose,
  onDone = onClose,
}: {
  assets: AssetSet;
  onClose: () => void;
  onDone?: () => void;
}) {
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const holds = useQuery(holdsQuery);
  const place = useHoldAssets(assets, onDone);
  const standing = (holds.data?.items ?? []).filter(({ releasedAt }) => releasedAt === null);
  const chosen = standing.find((hold) => hold.id === id);
  const missing = !chosen && ((!name.trim() && 'Give the hold a name.') || (!reason.trim() && 'Say why.'));
  const wish: HoldWish = chosen ? { id, name: chosen.name } : { name: name.trim(), reason: reason.trim() };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing || place.isPending) return;
    place.mutate(wish);
    if (isLong(assets)) onDone();
  };
  const what = formatCounted(assets.count, 'asset');
  return (
    <Dialog title={`Place ${what} under hold`} open onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <p>
          {assets.count === 1 ? 'It' : 'They'} cannot be deleted until the hold is released, whatever the policies say. In the
          trash they may lie.
        </p>
        <HeldAlready assets={assets} />
        {standing.length > 0 && (
          <SelectField
            label="Under"
            value={id}
            options={[
              { value: '', label: 'A new hold' },
              ...standing.map((hold) => ({ value: hold.id, label: `${hold.name} (${formatCounted(hold.assets, 'asset')})` })),
            ]}
            onChange={setId}
          />
        )}
        {!chosen && (
          <>
            <TextField label="Name" help="Such as a case number" maxLength={200} value={name} onChange={setName} />
            <TextArea label="Reason" maxLength={2000} rows={3} value={reason} onChange={setReason} />
          </>
        )}
        <FormProblem error={place.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" icon={Gavel} busy={place.isPending} disabledBecause={missing}>
            Place under hold
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
