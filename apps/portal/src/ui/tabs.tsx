import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import styles from './tabs.module.css';

export interface TabDefinition<Id extends string> {
  id: Id;
  title: string;
  count?: number | undefined;
  content: () => ReactNode;
}

/** Tabs whose choice the caller holds, usually in the address. Only the chosen panel is rendered. */
export function Tabs<Id extends string>({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string;
  tabs: readonly TabDefinition<Id>[];
  chosen: Id;
  onChoose: (id: Id) => void;
}) {
  return (
    <AriaTabs className={styles.tabs ?? ''} selectedKey={chosen} onSelectionChange={(key) => onChoose(key as Id)}>
      <TabList className={styles.list ?? ''} aria-label={label}>
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className={styles.tab ?? ''}>
            {tab.title}
            {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={styles.panel ?? ''}>
          {tab.content()}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
