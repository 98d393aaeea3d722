import type { Appliance } from '#manifest';

/** Values of the Host header that mean this appliance: its own address, and behind nginx the names that browsers use. */
export function knownHosts({
  listen,
  services,
  isRunBySystemd,
}: Pick<Appliance, 'listen' | 'services' | 'isRunBySystemd'>): Set<string> {
  const own = [listen.host, 'localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${listen.port}`);
  const { names, port } = services.nginx;
  const outside = isRunBySystemd ? names.map((name) => (port === 443 ? name : `${name}:${port}`)) : [];
  return new Set([...own, ...outside]);
}

/** Whether an Origin header names the same place as a Host header, under plain HTTP or TLS. */
export function isSameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
