import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Config } from '../api/config-queries.ts';
import { useNeeds } from '../session/session.ts';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import styles from './configuration.module.css';
import { FileEditor } from './file-editor.tsx';
import { FileLines } from './file-lines.tsx';

/** The file: to read with who brought each line, or to edit. */
export function FileSection({ config }: { config: Config }) {
  const [edits, setEdits] = useState<Config>();
  const role = useNeeds()('config.change', 'change the configuration');
  const { canWrite, drift, text } = config;
  const cannot =
    (!canWrite.possible && (canWrite.reason ?? 'It cannot be written from here.')) ||
    ((drift.state === 'edited' || drift.state === 'missing') &&
      'The file was edited by hand: take that over or put it back first, so that no edit slips in under another’s reason.');
  return (
    <Section
      title="File"
      aside={
        edits ? undefined : (
          <span className={styles.edit}>
            <Button small icon={Pencil} disabledBecause={role || cannot} onPress={() => setEdits(config)}>
              Edit
            </Button>
          </span>
        )
      }
    >
      <p className={styles.faint}>
        <code>{config.file}</code>
        {config.profile && `, on the profile ${config.profile}`}
        {config.newest && `; generation ${config.newest.number} by ${config.newest.author}`}
      </p>
      {edits ? (
        <FileEditor config={edits} onClose={() => setEdits(undefined)} />
      ) : (
        text !== null && <FileLines text={text} isRecorded={drift.state === 'none' || drift.state === 'profile-changed'} />
      )}
    </Section>
  );
}
