#!/usr/bin/env bash
# Installs the appliance on a machine of its own, run by systemd: sudo scripts/box/install.sh
#   --profile NAME     hardware (config/profiles) that a new manifest names; evaluation unless said
#   --manifest FILE    take this manifest instead; one that is there already is kept
#   --name NAME        name or address by which browsers reach it; may be given several times; those of the machine unless said
#   --root DIR         install into a root file system that is being made, and start nothing
#   --remove           take away the programs and units; what was stored, /etc/holdfast and the database stay
# May be run again at any time: that is also how a new release is installed. docs/guides/install-on-a-server.md says what it does.
set -euo pipefail
checkout=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
here=$checkout/scripts/box
node=$checkout/node_modules/.bin/node
removes='' root='' profile=evaluation manifest='' names=()

say() { printf '%s\n' "$*"; }
fail() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	if [ "$1" = --remove ]; then
		removes=yes
		shift
		continue
	fi
	[ $# -gt 1 ] || fail "$1 needs a value, or is no option of $0"
	case $1 in
	--profile) profile=$2 ;;
	--manifest) manifest=$(readlink -f -- "$2") ;;
	--name) names+=("$2") ;;
	--root) root=$(readlink -f -- "$2") ;;
	*) fail "$1 is no option; see the first lines of $0" ;;
	esac
	shift 2
done

program=$root/usr/lib/holdfast
agent=$root/usr/lib/holdfast-agent
units=$root/etc/systemd/system
settings=$root/etc/holdfast/appliance.yaml
facts=$(mktemp -d)
trap 'rm -rf "$facts"' EXIT
# shellcheck source=scripts/box/debian-servers.sh
. "$here/debian-servers.sh"
# shellcheck source=scripts/box/monitoring.sh
. "$here/monitoring.sh"

in_root() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }
turn_on() { systemctl ${root:+--root="$root"} --quiet enable "$@"; }

require() {
	[ "$(id -u)" = 0 ] || fail "accounts, units and files of root have to be made; run: sudo $0"
	[ -n "$root" ] || [ -d /run/systemd/system ] || fail 'systemd does not run on this machine; ./holdfast up works without it'
	[ -x "$node" ] || fail "this checkout is not set up; run: $checkout/holdfast --help"
	"$checkout/scripts/setup/build-if-changed.sh"
}

make_accounts() {
	say 'Accounts and folders'
	local file
	for file in holdfast-keyd holdfast-agent holdfast; do
		install -D -m 0644 "$checkout/systemd/$file.sysusers" "$root/usr/lib/sysusers.d/$file.conf"
	done
	systemd-sysusers ${root:+--root="$root"} "$root"/usr/lib/sysusers.d/holdfast*.conf
	install -D -m 0644 "$checkout/systemd/holdfast.tmpfiles" "$root/usr/lib/tmpfiles.d/holdfast.conf"
	in_root systemd-tmpfiles --create /usr/lib/tmpfiles.d/holdfast.conf
}

# Beside the one in use and put in its place whole: what runs goes on with the files that it has open.
install_program() {
	say 'Programs'
	local fresh=$program.new
	rm -rf "$fresh"
	install -d -m 0755 "$fresh/config" "$fresh/libs/database"
	"$node" "$here/copy-packages.ts" "$fresh/node_modules" >/dev/null
	cp -r "$checkout/dist" "$fresh/dist"
	rm -rf "$fresh/dist/.compile-cache" "$fresh/dist/.tsbuildinfo"
	cp -r "$checkout/config/profiles" "$checkout/config/appliance.schema.json" "$fresh/config/"
	cp -r "$checkout/libs/database/migrations" "$fresh/libs/database/"
	cp "$checkout/package.json" "$checkout/LICENSE" "$fresh/"
	ln -s "$(cd "$checkout/node_modules/.bin" && readlink node | sed 's#^\.\./#node_modules/#')" "$fresh/node"
	install -m 0755 "$here/first-start.sh" "$here/run-with-notice.pl" "$fresh/"
	chown -R 0:0 "$fresh"
	chmod -R u=rwX,go=rX "$fresh"
	rm -rf "$program.old"
	[ ! -e "$program" ] || mv "$program" "$program.old"
	mv "$fresh" "$program"
	rm -rf "$program.old"
	install -D -m 0755 "$here/holdfast.sh" "$root/usr/bin/holdfast"
}

install_agent() {
	"$node" "$checkout/scripts/keyd/bundle.ts" "$facts/agent.mjs" agent
	install -D -m 0644 "$facts/agent.mjs" "$agent/agent.mjs"
	"$node" "$checkout/scripts/keyd/bundle.ts" "$facts/figures.mjs" figures
	install -D -m 0644 "$facts/figures.mjs" "$agent/figures.mjs"
	install -D -m 0755 "$(readlink -f "$node")" "$agent/node"
	rm -rf "$agent/profiles"
	cp -r "$checkout/config/profiles" "$agent/profiles"
	chown -R 0:0 "$agent"
	chmod -R u=rwX,go=rX "$agent"
}

# The program of the keystore, its account and its unit; its credential is made by holdfast-first-start.service, on the machine itself.
install_keystore() {
	"$node" "$checkout/scripts/keyd/bundle.ts" "$facts/keyd.mjs"
	install -D -m 0644 "$facts/keyd.mjs" "$root/usr/lib/holdfast-keyd/keyd.mjs"
	# Not to be read, only run: then the kernel lets nobody trace it or dump its memory but root.
	install -D -m 0711 "$(readlink -f "$node")" "$root/usr/lib/holdfast-keyd/node"
	install -d -m 0755 "$root/etc/holdfast-keyd"
	install -D -m 0644 "$checkout/systemd/holdfast-keyd.service.d/seal.conf" "$units/holdfast-keyd.service.d/seal.conf"
}

write_manifest() {
	[ ! -e "$settings" ] || return 0
	say "Manifest: ${settings#"$root"}"
	if [ -n "$manifest" ]; then
		cp "$manifest" "$settings.new"
	else
		[ -e "$checkout/config/profiles/$profile.yaml" ] || fail "there is no profile $profile in config/profiles"
		[ ${#names[@]} -gt 0 ] || mapfile -t names < <(own_names)
		{
			printf '# The appliance, declared: what is other here than in its profile (/usr/lib/holdfast/config/profiles).\n'
			printf 'profile: %s\n\nservices:\n  startedBy: systemd\n' "$profile"
			printf '  postgresql: { unit: postgresql@%s-main.service }\n' "$(postgres_version)"
			printf '  nginx: { names: [%s] }\n' "$(printf '%s, ' "${names[@]}" | sed 's/, $//')"
		} >"$settings.new"
	fi
	chmod 0644 "$settings.new"
	in_root chown holdfast:holdfast "/etc/holdfast/appliance.yaml.new"
	mv "$settings.new" "$settings"
}

# How others on the network may call this machine.
own_names() {
	local name
	{
		if [ -n "$root" ]; then cat "$root/etc/hostname" 2>/dev/null; else hostname && hostname -f && hostname -I; fi
	} 2>/dev/null | tr 'A-Z ' 'a-z\n' | while read -r name; do
		case $name in '' | fe80:*) ;; *:*) printf '"[%s]"\n' "$name" ;; *) printf '%s\n' "$name" ;; esac
	done | sort -u
	printf 'localhost\n'
}

render() {
	HOLDFAST_HOME=$root/var/lib/holdfast HOLDFAST_MANIFEST=$settings "$node" "$checkout/dist/apps/cli/src/main.js" system render --out "$facts" >/dev/null
	# shellcheck source=/dev/null
	. "$facts/facts"
	# As holdfast-figures.service does before each start.
	"$node" "$agent/figures.mjs" --manifest "$settings" --profiles "$agent/profiles" --folder "$root/etc/holdfast-plan" ${root:+--elsewhere} ||
		fail "PostgreSQL and Redis cannot be told what $settings says; put it right and run this again"
}

make_tiers() {
	local tier
	for tier in $tiers; do
		in_root install -d -m 0750 -o "$account" -g "$account" "$tier"
	done
}

install_units() {
	say 'Units'
	local unit worker
	for unit in holdfast.target holdfast-first-start.service holdfast-database.service holdfast-migrate.service holdfast-api.service \
		holdfast-worker@.service holdfast-agent.socket holdfast-agent.service holdfast-keyd.service holdfast-figures.service \
		postgresql@.service.d/60-holdfast.conf redis-server.service.d/60-holdfast.conf; do
		install -D -m 0644 "$checkout/systemd/$unit" "$units/$unit"
	done
	for worker in media inference; do
		install -D -m 0644 "$checkout/systemd/holdfast-worker@$worker.service.d/slice.conf" "$units/holdfast-worker@$worker.service.d/slice.conf"
	done
	[ -n "$root" ] || systemctl daemon-reload
	# Workers of an earlier manifest are not started any more.
	rm -f "$units"/holdfast.target.wants/holdfast-worker@*.service
	turn_on holdfast.target holdfast-first-start.service holdfast-api.service holdfast-agent.socket holdfast-agent.service
	[ "$keystore" != embedded ] || turn_on holdfast-keyd.service
	for worker in $workers; do turn_on "holdfast-worker@$worker.service"; done
	turn_on "$redis_unit" "$nginx_unit"
}

start() {
	[ -z "$root" ] || return 0
	say 'Starting'
	systemctl daemon-reload
	restart_servers
	systemctl restart holdfast-agent.socket holdfast-agent.service
	systemctl restart holdfast.target
	local worker wanted=(holdfast-api.service)
	for worker in $workers; do wanted+=("holdfast-worker@$worker.service"); done
	systemctl start "${wanted[@]}" || fail 'it does not start; what is wrong is in: journalctl -u "holdfast-*" -b'
	systemctl reload-or-restart "$nginx_unit"
	start_monitoring
}

say_rest() {
	if [ -n "$root" ]; then
		say "Installed into $root; it starts with the machine."
		return
	fi
	say 'The appliance runs, and starts with the machine.'
	/usr/bin/holdfast users setup-link
	say 'Look at it with: holdfast status'
}

# What Debian's servers were told stays as long as the data: removing is no loss of any.
remove() {
	systemctl disable --now --quiet holdfast.target 'holdfast-worker@*.service' holdfast-api.service holdfast-agent.service holdfast-agent.socket holdfast-keyd.service holdfast-first-start.service holdfast-prometheus.service holdfast-smart.timer 2>/dev/null || true
	systemctl stop 'holdfast-*' 2>/dev/null || true
	rm -rf "$units"/holdfast*.service "$units"/holdfast*.service.d "$units"/holdfast*.socket "$units"/holdfast*.timer "$units"/holdfast*.target "$units"/holdfast*.slice \
		"$units"/holdfast.target.wants "$units"/*/50-holdfast.conf "$units"/*/60-holdfast.conf "$program" "$agent" "$root/usr/lib/holdfast-keyd" "$root/usr/bin/holdfast" \
		"$root"/usr/lib/sysusers.d/holdfast*.conf "$root/usr/lib/tmpfiles.d/holdfast.conf" "$root"/etc/nginx/sites-*/holdfast
	systemctl daemon-reload
	systemctl try-reload-or-restart nginx.service
	say 'The programs and units are gone. Still there, for you to keep or destroy:'
	say '  /var/lib/holdfast, /srv/holdfast        what was stored, and its generations'
	say '  /var/lib/holdfast-prometheus            what was measured'
	say '  /etc/holdfast, /etc/ssl/holdfast        the manifest and the certificate'
	say '  /var/lib/holdfast-keyd, /etc/holdfast-keyd   the keys: without them nothing of it can be read'
	say '  the database holdfast in PostgreSQL'
}

if [ -n "$removes" ]; then
	[ "$(id -u)" = 0 ] || fail "units and files of root have to be removed; run: sudo $0 --remove"
	remove
	exit
fi
require
make_accounts
install_program
install_agent
install_keystore
write_manifest
render
make_tiers
set_up_postgres
set_up_redis
set_up_nginx
install_units
set_up_monitoring
start
say_rest
