import type { Appliance } from '#manifest';
import { readLiveState } from '#supervisor';
import { NobodyHost } from './nobody-host.ts';
import type { ServiceHost } from './service-host.ts';
import { SupervisorHost } from './supervisor-host.ts';
import { SystemdHost } from './systemd-host.ts';
import { isSystemdHere, type SystemdPrograms, systemdPrograms } from './systemd-programs.adapter.ts';

/** Who keeps the services of an appliance: its supervisor where one lives, else systemd where its units are installed, else nobody. */
export async function chooseHost(
  appliance: Appliance,
  programs: SystemdPrograms | undefined = isSystemdHere() ? systemdPrograms : undefined,
): Promise<ServiceHost> {
  if (readLiveState(appliance)) return new SupervisorHost(appliance);
  if (programs && /^LoadState=loaded$/m.test(await programs.show(['holdfast-api.service']).catch(() => '')))
    return new SystemdHost(appliance, programs);
  return new NobodyHost(appliance);
}
