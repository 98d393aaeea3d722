#!/bin/sh
# The holdfast command of an installed appliance: scripts/box/install.sh puts it into /usr/bin.
case "$(id -un)" in
root | holdfast | postgres) ;;
*) exec sudo -- "$0" "$@" ;;
esac
export HOLDFAST_HOME=/var/lib/holdfast HOLDFAST_MANIFEST=/etc/holdfast/appliance.yaml
exec /usr/lib/holdfast/node --disable-warning=ExperimentalWarning /usr/lib/holdfast/dist/apps/cli/src/main.js "$@"
