import type { Appliance } from '#manifest';
import { readLiveState } from '#supervisor';
import { NobodyHost } from './nobody-host.ts';
import type { ServiceHost } from './service-host.ts';
import { SupervisorHost } from './supervisor-host.ts';
import { SystemdHost } from './systemd-host.ts';
import { isSystemdHere, type SystemdPrograms, systemdPrograms } from './systemd-programs.adapter.ts';

/** Who keeps the services of an appliance: systemd where the manifest says so, else its supervisor where one lives, else nobody. */
export async function chooseHost(
  appliance: Appliance,
  programs: SystemdPrograms | undefined = isSystemdHere() ? systemdPrograms : undefined,
): Promise<ServiceHost> {
  if (appliance.isRunBySystemd && programs) return new SystemdHost(appliance, programs);
  return readLiveState(appliance) ? new SupervisorHost(appliance) : new NobodyHost(appliance);
}
