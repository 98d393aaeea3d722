#!/bin/bash
# Puts the appliance into the root of the box: install.sh CHECKOUT ROOT
set -euo pipefail
checkout=$1 root=$2
program=$root/usr/lib/holdfast-agent
mkdir -p "$program" "$root/etc/holdfast"
"$checkout/node_modules/.bin/node" "$checkout/scripts/keyd/bundle.ts" "$program/agent.mjs" agent
install -m 0755 "$(readlink -f "$checkout/node_modules/.bin/node")" "$program/node"
cp -r "$checkout/config/profiles" "$program/"
install -m 0644 "$checkout"/systemd/holdfast-agent.{service,socket} "$root/etc/systemd/system/"
chroot "$root" systemd-sysusers - <"$checkout/systemd/holdfast-agent.sysusers"
chroot "$root" systemctl --quiet enable holdfast-agent.socket holdfast-agent.service
install -m 0644 "$checkout/tests/box/guest/appliance.yaml" "$root/etc/holdfast/"
