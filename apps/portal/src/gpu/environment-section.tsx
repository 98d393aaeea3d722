import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';

/** What processes of each workload are started with, so that the ceilings hold. */
export function EnvironmentSection({ environment }: { environment: Record<string, Record<string, string>> }) {
  const rows = Object.entries(environment).flatMap(([workload, variables]) =>
    Object.entries(variables).map(([name, value]) => ({ workload, name, value })),
  );
  if (rows.length === 0) return null;
  return (
    <Section title="What programs are told">
      <div className={page.tableBox}>
        <table className={page.table}>
          <caption className="seen-by-readers-only">Variables by workload</caption>
          <thead>
            <tr>
              {['Workload', 'Variable', 'Value'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ workload, name, value }) => (
              <tr key={`${workload} ${name}`}>
                <td data-label="Workload">{workload}</td>
                <td data-label="Variable" data-wide="">
                  <code>{name}</code>
                </td>
                <td data-label="Value" data-wide="">
                  <code>{value}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
