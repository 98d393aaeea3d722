#!/usr/bin/env bash
# Gives the embedded keystore an account of its own, as a unit of systemd: sudo scripts/keyd/install.sh
# May be run again at any time: that is also how a new release of the keystore is installed. docs/guides/keys.md says what it does and why.
set -euo pipefail
checkout=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
home=${HOLDFAST_HOME:-$checkout/var}
# Tests install into a folder of theirs, as whoever they are, and start nothing.
root=${HOLDFAST_KEYD_ROOT:-}

account=holdfast-keyd
group=holdfast-keys
program=$root/usr/lib/holdfast-keyd
units=$root/etc/systemd/system
settings=$root/etc/holdfast-keyd
state=$root/var/lib/holdfast-keyd
credential=$settings/hf-master.cred
former=$home/secrets/keystore

say() { printf '%s\n' "$*"; }
fail() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

own=()
[ -n "$root" ] || own=(-o "$account" -g "$group")

require_root() {
	[ -n "$root" ] && return
	[ "$(id -u)" = 0 ] || fail "an account, a unit and files of root have to be made; run: sudo $0"
	[ -d /run/systemd/system ] || fail 'systemd does not run on this machine: docs/guides/keys.md says how to start the keystore without it'
}

make_account() {
	[ -n "$root" ] || systemd-sysusers - <"$checkout/systemd/holdfast-keyd.sysusers"
}

# Root's own copies: what the appliance's account can write must not run as another.
install_program() {
	local made
	made=$(mktemp -d)
	"$checkout/node_modules/.bin/node" "$checkout/scripts/keyd/bundle.ts" "$made/keyd.mjs"
	install -D -m 0644 "$made/keyd.mjs" "$program/keyd.mjs"
	rm -r "$made"
	# Not to be read, only run: then the kernel lets nobody trace it or dump its memory but root.
	install -D -m 0711 "$(readlink -f "$checkout/node_modules/.bin/node")" "$program/node"
}

# The key that wraps the master key under the seal systemd-creds: opened by systemd at each start, with the TPM where there is one.
make_credential() {
	[ ! -e "$credential" ] || return 0
	local with=(--with-key=host)
	! systemd-creds has-tpm2 --quiet || with=(--with-key=host+tpm2 --tpm2-pcrs=7)
	install -d -m 0755 "$settings"
	head -c 32 /dev/urandom | systemd-creds encrypt "${with[@]}" --name=hf-master - "$credential.new" || return 1
	[ -n "$root" ] || chgrp "$group" "$credential.new"
	chmod 0640 "$credential.new"
	mv "$credential.new" "$credential"
}

install_unit() {
	install -D -m 0644 "$checkout/systemd/holdfast-keyd.service" "$units/holdfast-keyd.service"
	if make_credential; then
		install -D -m 0644 "$checkout/systemd/holdfast-keyd.service.d/seal.conf" "$units/holdfast-keyd.service.d/seal.conf"
	else
		say 'systemd-creds seals nothing on this machine: use the seal passphrase or shamir.'
	fi
}

# The keystore that the appliance had until now. What is there already is never written over.
move_keystore() {
	[ -e "$former/keystore.json" ] || return 0
	[ ! -e "$state/keystore.json" ] || fail "there are two keystores: $former and $state; put one of them aside"
	[ ! -S "$home/run/keys/keyd.sock" ] || fail 'the appliance runs, and has the keystore open: ./holdfast down'
	install -d -m 0700 "${own[@]}" "$state"
	local file
	for file in "$former"/host-*.key "$former/keystore.json"; do
		[ ! -f "$file" ] || install -m 0600 "${own[@]}" "$file" "$state/"
	done
	sync
	mv "$former" "$former.moved"
}

start_unit() {
	[ -z "$root" ] || return 0
	systemctl daemon-reload
	systemctl enable --quiet holdfast-keyd
	systemctl restart holdfast-keyd
	local owner
	owner=$(stat -c %U "$([ -d "$home" ] && echo "$home" || echo "$checkout")")
	[ "$owner" = root ] || usermod -a -G "$group" "$owner"
}

say_rest() {
	say "The keystore runs as $account; its socket is /run/holdfast-keyd/keyd.sock."
	say 'Now:'
	say '  1. In config/appliance.yaml:'
	say '       keys:'
	say '         socket: /run/holdfast-keyd/keyd.sock'
	say "  2. Sign in again, so that your account is in the group $group; then ./holdfast down && ./holdfast up"
	say '  3. sudo ./holdfast keys reseal --to systemd-creds, sudo ./holdfast keys shares, ./holdfast keys status'
	[ ! -d "$former.moved" ] || say "  4. Once all is well: shred -u $former.moved/* && rmdir $former.moved"
}

require_root
make_account
install_program
install_unit
# Last of all, when nothing is left that could fail.
[ -n "$root" ] || systemctl stop holdfast-keyd 2>/dev/null || true
move_keystore
start_unit
say_rest
