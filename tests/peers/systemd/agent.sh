# Installs the host agent's units and asks it as root, as the api's service, as another service of the same group and as a stranger.
# Control groups in here have no cpuset, so a plan fails its first look and is taken back, which writes masks of interrupts as they were.
cd "$CHECKOUT" || exit 1
node=$CHECKOUT/node_modules/.bin/node

mkdir -p /etc/holdfast /usr/lib/holdfast-agent
systemd-sysusers "$CHECKOUT/systemd/holdfast-agent.sysusers"
"$node" scripts/keyd/bundle.ts /usr/lib/holdfast-agent/agent.mjs agent >/dev/null
cp "$(readlink -f "$node")" /usr/lib/holdfast-agent/node
cp -r config/profiles /usr/lib/holdfast-agent/profiles
printf 'profile: evaluation\nworkloads:\n  - { id: os, class: system, threads: %s }\n' "$(nproc)" >/etc/holdfast/appliance.yaml
# It belongs to the appliance's account, as on a box.
chown nobody /etc/holdfast/appliance.yaml
chmod 0644 /etc/holdfast/appliance.yaml
cp systemd/holdfast-agent.s* /etc/systemd/system/
systemctl daemon-reload
systemctl start holdfast-agent.socket holdfast-agent.service

ask="$node --conditions=source --disable-warning=ExperimentalWarning $CHECKOUT/tests/peers/systemd/ask-agent.ts"
as_service() {
	unit=$1 what=$2
	shift 2
	systemd-run --quiet --wait --pipe --unit="$unit" -p User=nobody "$@" -- $ask "$what"
}
printf 'api\t%s\n' "$(as_service holdfast-api.service rollback -p SupplementaryGroups=holdfast-api)" >>/out/answers
printf 'other\t%s\n' "$(as_service other.service rollback -p SupplementaryGroups=holdfast-api)" >>/out/answers
printf 'stranger\t%s\n' "$(as_service stranger.service rollback)" >>/out/answers
printf 'root\t%s\n' "$($ask apply)" >>/out/answers
printf 'restart\t%s\n' "$($ask restart)" >>/out/answers
printf 'journal\t%s\n' "$($ask journal)" >>/out/answers
# The machine's own journalctl from within the agent's walls; what somebody else wrote is not among it.
systemd-run --quiet --wait --unit=somebody.service -- echo 'not for the api'
journalctl --sync
printf 'logs\t%s\n' "$(as_service holdfast-api.service logs -p SupplementaryGroups=holdfast-api)" >>/out/answers
printf 'none\t%s\n' "$($ask no-logs)" >>/out/answers
pid=$(systemctl show -p MainPID --value holdfast-agent)
for path in /proc/sys/vm/swappiness /proc/sysrq-trigger /sys/kernel/mm/ksm/run /etc/hostname /var/lib /proc/irq/default_smp_affinity \
	/sys/devices/virtual/workqueue/cpumask /etc/systemd/system /var/lib/holdfast-agent; do
	nsenter --mount="/proc/$pid/ns/mnt" test -w "$path" && printf '%s ' "$path"
done >/out/writable
journalctl -u holdfast-agent --no-pager | tail -n 20
