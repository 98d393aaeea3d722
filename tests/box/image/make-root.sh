#!/bin/bash
# Makes a Debian 13 with packages in a folder: make-root.sh MIRROR ROOT PACKAGE... Takes a Debian without packages from ROOT/../base-13, and makes that first.
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
mirror=$1 root=$2 base=$(dirname -- "$2")/base-13
shift 2
if [ ! -d "$base" ]; then
	rm -rf "$base.new"
	debootstrap --variant=minbase trixie "$base.new" "$mirror"
	mv "$base.new" "$base"
fi
rm -rf "$root.new"
cp -a --reflink=auto "$base" "$root.new"
# No server starts while packages are put in.
printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
chmod 0755 "$root.new/usr/sbin/policy-rc.d"
"$here/in-root.sh" "$root.new" apt-get install -y -q --no-install-recommends "$@"
"$here/in-root.sh" "$root.new" apt-get clean
rm "$root.new/usr/sbin/policy-rc.d"
mv "$root.new" "$root"
