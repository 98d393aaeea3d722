import type { Model } from '../api/types.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import styles from './system.module.css';
import { taskWords } from './system-words.ts';

/** Asks before a model is enabled or disabled: much work may follow, so it says which. */
export function ModelDialog({
  model,
  busy,
  error,
  onClose,
  onAnswer,
}: {
  model: Model;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onAnswer: () => void;
}) {
  const name = `${model.name} ${model.version}`;
  const verb = model.enabled ? 'Disable' : 'Enable';
  return (
    <Dialog title={`${verb} ${name}?`} open onClose={onClose}>
      <div className={styles.question}>
        {model.enabled ? (
          <p>
            Search no longer uses it, and new media are not looked at by it, until a model for the same (
            {taskWords(model.task).toLowerCase()}) is enabled again. What it has made goes, in the background; it stays
            imported, and makes its results again when it is enabled.
          </p>
        ) : (
          <>
            <p>
              Of the models that fill the same place ({taskWords(model.task).toLowerCase()}) one is enabled at a time: this one
              takes the place of the one that is enabled now, if there is one.
            </p>
            <p>
              Every asset it concerns is looked at again in the background. You can go back at any time by enabling the other
              one.
            </p>
          </>
        )}
        <FormProblem error={error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="primary" busy={busy} onPress={onAnswer}>
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
