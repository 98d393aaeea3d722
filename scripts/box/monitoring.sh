#!/usr/bin/env bash
# Sourced by install.sh: the history of measurements, and how the disks are. What is not installed is left out, and everything else runs without it.

set_up_monitoring() {
	install -m 0755 "$here/read-smart.sh" "$program/read-smart.sh"
	local unit
	for unit in holdfast-prometheus.service holdfast-smart.service holdfast-smart.timer; do
		install -D -m 0644 "$checkout/systemd/$unit" "$units/$unit"
	done
	[ ! -x "$root/usr/sbin/smartctl" ] || turn_on holdfast-smart.timer
	if [ ! -x "$root/usr/bin/prometheus" ]; then
		say 'No history of measurements: the Debian package prometheus is not installed'
		return 0
	fi
	say 'History of measurements'
	# The package's own listens for everybody.
	systemctl ${root:+--root="$root"} --quiet disable prometheus.service 2>/dev/null || true
	turn_on holdfast-prometheus.service
	[ -x "$root/usr/bin/prometheus-node-exporter" ] || return 0
	install -D -m 0644 "$checkout/systemd/prometheus-node-exporter.service.d/holdfast.conf" "$units/prometheus-node-exporter.service.d/60-holdfast.conf"
	turn_on prometheus-node-exporter.service
}

start_monitoring() {
	[ ! -x /usr/sbin/smartctl ] || systemctl start holdfast-smart.timer
	[ -x /usr/bin/prometheus ] || return 0
	systemctl stop prometheus.service 2>/dev/null || true
	systemctl restart holdfast-prometheus.service || say 'warning: the history of measurements does not start; journalctl -u holdfast-prometheus says why'
	[ ! -x /usr/bin/prometheus-node-exporter ] || systemctl restart prometheus-node-exporter.service
}
