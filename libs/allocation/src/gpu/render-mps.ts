import { type GpuCardSettings, mpsFolder } from '#manifest';
import type { UnitFile } from '../render/unit-files.ts';

/** The unit of the MPS server. */
export const mpsUnit = 'holdfast-mps.service';

/**
 * The unit that runs the MPS control daemon for the cards that are shared through it; none where none is. It runs as the account of its clients, since a server serves one account only, and
 * nobody else's programs can then take its place (CUDA MPS documentation, "User isolation").
 */
export function renderMps(declared: readonly GpuCardSettings[], planId: string): UnitFile[] {
  const cards = declared.filter(({ mps, shares }) => mps && shares.length > 0).map(({ card }) => String(card));
  if (cards.length === 0) return [];
  const text = `# Written by Holdfast, plan ${planId}. Change config/appliance.yaml instead.
[Unit]
Description=Holdfast: shares of the GPU (CUDA MPS)
Documentation=man:nvidia-cuda-mps-control(1)
ConditionPathExists=/dev/nvidiactl
Before=holdfast-worker@inference.service holdfast-worker@media.service

[Service]
Type=simple
# A server serves the programs of one account. One that crashes ends all of them: faults are not kept apart.
User=holdfast
Environment=CUDA_DEVICE_ORDER=PCI_BUS_ID
Environment=CUDA_VISIBLE_DEVICES=${cards.join(',')}
Environment=CUDA_MPS_PIPE_DIRECTORY=${mpsFolder}
Environment=CUDA_MPS_LOG_DIRECTORY=/var/log/holdfast-mps
ExecStart=/usr/bin/nvidia-cuda-mps-control -f
Restart=on-failure
RestartSec=5
RuntimeDirectory=holdfast-mps
RuntimeDirectoryMode=0700
UMask=0077
LogsDirectory=holdfast-mps
LogsDirectoryMode=0700
Slice=holdfast-ml.slice
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateNetwork=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
LockPersonality=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectProc=invisible
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
IPAddressDeny=any

[Install]
WantedBy=holdfast.target
`;
  return [{ path: mpsUnit, text }];
}
