/** The host agent's name of a unit in one of its lists; of a pattern (`postgresql@*.service`) it knows every instance. */
export function agentNameOf<Name extends string>(list: Readonly<Record<Name, string>>, unit: string): Name | undefined {
  const fits = (pattern: string) => pattern === unit || (pattern.includes('*') && unit.startsWith(pattern.split('*')[0] ?? ''));
  return (Object.entries(list) as [Name, string][]).find(([, pattern]) => fits(pattern))?.[0];
}
