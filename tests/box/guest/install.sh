#!/bin/bash
# Puts the appliance into the root of the box, as on any machine: install.sh CHECKOUT ROOT
set -euo pipefail
checkout=$1 root=$2
guest=$checkout/tests/box/guest
"$checkout/scripts/box/install.sh" --root "$root" --manifest "$guest/appliance.yaml"
# Programs of systemd take as long as everything does here.
sed -i '/^ExecStart=/s/$/ --patience 20/' "$root/etc/systemd/system/holdfast-agent.service"
# It starts once its disks are made (first-boot.sh).
systemctl --root="$root" --quiet disable holdfast.target
slow() { install -D -m 0644 "$guest/slow-$2.conf" "$root/etc/systemd/system/holdfast-$1.service.d/90-slow-$2.conf"; }
for unit in api worker@ keyd agent migrate database figures first-start; do slow "$unit" service; done
for unit in api worker@; do slow "$unit" watched; done
