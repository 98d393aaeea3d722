import type { CSSProperties } from 'react';
import type { Memory, ProgramSetting } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Badge } from '../ui/marks.tsx';
import styles from './memory.module.css';
import { settingText } from './memory-words.ts';

/** What programs are told of memory and threads, and how each figure follows from the budgets. */
export function SettingsSection({ settings, fromNextStart }: Pick<Memory, 'settings' | 'fromNextStart'>) {
  if (settings.length === 0) return null;
  return (
    <Section title="What programs are told">
      <div className={page.tableBox}>
        <table className={page.table}>
          <caption className="seen-by-readers-only">Settings of programs that follow from the budgets</caption>
          <thead>
            <tr>
              {['Program', 'Setting', 'Value', 'How it follows'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => (
              <tr key={`${setting.program} ${setting.name} ${setting.workload}`}>
                <td data-label="Program">
                  <span
                    className={styles.swatch}
                    style={{ '--colour': workloadColour(setting.workload) } as CSSProperties}
                    aria-hidden
                  />{' '}
                  {setting.program}
                </td>
                <td data-label="Setting">
                  <code>{setting.name}</code>
                </td>
                <td data-label="Value" className={styles.value}>
                  {settingText(setting)}
                  <NextValue setting={setting} changes={fromNextStart} />
                </td>
                <td data-label="How it follows" data-wide="">
                  {setting.source === 'declared' ? <Badge>declared</Badge> : setting.formula}
                  {setting.key && (
                    <span className={page.faint}>
                      {' '}
                      {setting.source === 'declared' ? 'as' : 'The manifest may say it:'} <code>{setting.key}</code>.
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** What a program is told when it starts again, where that is something else. */
function NextValue({ setting, changes }: { setting: ProgramSetting; changes: Memory['fromNextStart'] }) {
  const change = changes.find(({ program, name }) => program === setting.program && name === setting.name);
  if (!change || change.to === null) return null;
  return <span className={page.faint}> → {settingText({ ...setting, value: change.to })} from its next start</span>;
}
