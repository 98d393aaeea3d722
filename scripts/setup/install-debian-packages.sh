#!/usr/bin/env bash
# Installs Debian packages without letting them start servers of their own. Runs as root.
#   install-debian-packages.sh debian12 15 PACKAGE...
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
release=$1 postgres=$2
shift 2
export DEBIAN_FRONTEND=noninteractive

quietly() {
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

# For as long as apt works: no cluster "main" is made, and no server is started by its package. What runs already is left alone.
cluster_rule=/etc/postgresql-common/createcluster.d/holdfast.conf
start_rule=/usr/sbin/policy-rc.d
made=()
clean_up() { [ ${#made[@]} -eq 0 ] || rm -f "${made[@]}"; }
trap clean_up EXIT
trap 'exit 1' INT TERM
forbid_servers() {
	if [ ! -e "$cluster_rule" ]; then
		made+=("$cluster_rule")
		mkdir -p "${cluster_rule%/*}"
		echo 'create_main_cluster = false' >"$cluster_rule"
	fi
	if [ ! -e "$start_rule" ]; then
		made+=("$start_rule")
		printf '#!/bin/sh\nexit 101\n' >"$start_rule"
		chmod 0755 "$start_rule"
	fi
}

install() {
	apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

if [ $# -gt 0 ]; then
	echo "Installing Debian packages: $*"
	had_redis=$(dpkg-query --show --showformat '${db:Status-Status}' redis-server 2>/dev/null || true)
	had_prometheus=$(dpkg-query --show --showformat '${db:Status-Status}' prometheus 2>/dev/null || true)
	forbid_servers
	# Package lists that are missing or old name files that the mirror no longer has: then they are fetched once.
	if ! { quietly install "$@"; } 2>/dev/null; then
		echo 'Fetching package lists'
		quietly apt-get update -q || true
		quietly install "$@" || {
			echo "apt-get could not install: $*. Correct what it says above and start again." >&2
			exit 1
		}
	fi
	# Holdfast starts a Redis of its own; the one of the package, when it came with us, stays off after a reboot too.
	# deb-systemd-helper is what the package's own scripts use; it works without systemd running.
	if [ "$had_redis" != installed ]; then
		DPKG_MAINTSCRIPT_PACKAGE=redis-server deb-systemd-helper disable redis-server.service >/dev/null 2>&1 || true
	fi
	# So does the history of measurements; the package's own would listen for everybody.
	if [ "$had_prometheus" != installed ]; then
		DPKG_MAINTSCRIPT_PACKAGE=prometheus deb-systemd-helper disable prometheus.service >/dev/null 2>&1 || true
	fi
fi

if [ "$release" = debian12 ] && [ ! -e "/usr/share/postgresql/$postgres/extension/vector.control" ]; then
	echo 'Building pgvector from the source package of Debian 13'
	"$here/pgvector.sh" "$postgres"
fi
