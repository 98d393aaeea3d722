import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { type Config, configCheckQuery } from '../api/config-queries.ts';
import { formatCounted } from '../lib/format.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import styles from './configuration.module.css';
import { DiffLines } from './diff-lines.tsx';
import { KeyHints } from './key-hints.tsx';
import { MistakeList } from './mistake-list.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { ValueChanges } from './value-changes.tsx';

const checkAfterMs = 300;

/** The file to be edited: mistakes stand at their line while one types; nothing is saved before the difference was shown. */
export function FileEditor({ config, onClose }: { config: Config; onClose: () => void }) {
  const was = config.text ?? '';
  const [text, setText] = useState(was);
  const [caret, setCaret] = useState(0);
  const [asks, setAsks] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const settled = useDebounced(text, checkAfterMs);
  const check = useQuery(configCheckQuery(settled));
  const mistakes = check.data?.mistakes ?? [];
  const isChecked = settled === text && check.data !== undefined && !check.isPlaceholderData;
  const why =
    (text === was && 'Nothing is changed yet.') ||
    (!isChecked && 'It is being checked.') ||
    (mistakes.length > 0 && 'It has mistakes: correct them first.');
  return (
    <div className={styles.editor}>
      <Text
        id={id}
        area={area}
        text={text}
        marked={new Set(mistakes.map(({ line }) => line))}
        onChange={setText}
        onCaret={setCaret}
      />
      <p id={`${id}-said`} role="status" className={mistakes.length > 0 ? styles.bad : styles.faint}>
        {mistakes.length > 0
          ? `${formatCounted(mistakes.length, 'mistake')}.`
          : isChecked
            ? 'It describes an appliance.'
            : 'Checking…'}
      </p>
      <FormProblem error={check.error} />
      <MistakeList mistakes={mistakes} onChoose={(line) => goToLine(area.current, line)} />
      <KeyHints
        text={text}
        caret={caret}
        onChoose={(name, word) => insert(area.current, caret, word, name, setText, setCaret)}
      />
      <div className={styles.answers}>
        <Button kind="primary" disabledBecause={why} onPress={() => setAsks(true)}>
          Show what changes…
        </Button>
        <Button onPress={onClose}>Stop editing</Button>
      </div>
      {asks && check.data && (
        <ReasonDialog
          title="Save this as a new generation?"
          action="Save"
          config={config}
          wish={{ kind: 'set', text }}
          onClose={() => setAsks(false)}
          onDone={onClose}
        >
          <DiffLines lines={check.data.lines} />
          {check.data.changes.length > 0 ? (
            <ValueChanges changes={check.data.changes} />
          ) : (
            <p>No value differs: only comments or order.</p>
          )}
        </ReasonDialog>
      )}
    </div>
  );
}

function Text({
  id,
  area,
  text,
  marked,
  onChange,
  onCaret,
}: {
  id: string;
  area: React.RefObject<HTMLTextAreaElement | null>;
  text: string;
  marked: ReadonlySet<number | null>;
  onChange: (text: string) => void;
  onCaret: (caret: number) => void;
}) {
  const lines = text.split('\n');
  return (
    <div className={styles.paper}>
      <ol aria-hidden className={styles.gutter}>
        {lines.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <li key={index} data-bad={marked.has(index + 1) ? '' : undefined}>
            {index + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={area}
        className={styles.text}
        aria-label="The file"
        aria-describedby={`${id}-said`}
        aria-invalid={marked.size > 0 || undefined}
        rows={lines.length + 1}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          onCaret(event.currentTarget.selectionStart);
        }}
        onSelect={(event) => onCaret(event.currentTarget.selectionStart)}
      />
    </div>
  );
}

function goToLine(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

/** Writes a key in place of what was begun of it, and goes on behind it. */
function insert(
  area: HTMLTextAreaElement | null,
  caret: number,
  word: string,
  name: string,
  setText: (text: string) => void,
  setCaret: (caret: number) => void,
): void {
  if (!area) return;
  const start = caret - word.length;
  const next = `${area.value.slice(0, start)}${name}: ${area.value.slice(caret)}`;
  const end = start + name.length + 2;
  setText(next);
  setCaret(end);
  requestAnimationFrame(() => {
    area.focus();
    area.setSelectionRange(end, end);
  });
}
