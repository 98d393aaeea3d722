#!/bin/sh
# Builds Debian's own pgvector source package against the PostgreSQL of an older Debian, which has no such package, and installs
# the result as a real package, so that `apt-get remove` takes it away again. Runs as root.
#   pgvector.sh 15
set -eu
postgres=$1
package=postgresql-$postgres-pgvector
suite=trixie
folder=$(mktemp -d /tmp/holdfast-pgvector.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"

# The machine's own mirror: what its apt already uses for Debian's main archive.
mirror=$(apt-get indextargets --format '$(SITE)|$(REPO_URI)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
	cut -d'|' -f2 | grep -v security | sort -u | head -n 1)
[ -n "$mirror" ] || { echo "No Debian mirror in this machine's apt sources; $package needs one for its source." >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$suite" "$keyring" >source.sources
mkdir -p lists/partial cache/archives/partial
apt_here() {
	apt-get -qq -o Dir::Etc::sourcelist="$folder/source.sources" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root "$@"
}
apt_here update
apt_here source pgvector >log 2>&1 || { cat log >&2; exit 1; }

cd pgvector-*/
version=$(dpkg-parsechangelog --show-field Version)
config=/usr/lib/postgresql/$postgres/bin/pg_config
# OPTFLAGS= leaves out -march=native: the package may move to another processor.
make -s -j"$(nproc)" OPTFLAGS="" PG_CONFIG="$config" with_llvm=no >/dev/null
root=$folder/root
make -s install DESTDIR="$root" PG_CONFIG="$config" with_llvm=no >/dev/null
rm -rf "$root/usr/include"
mkdir -p "$root/DEBIAN" "$root/usr/share/doc/$package"
cp debian/copyright "$root/usr/share/doc/$package/copyright"
cat >"$root/DEBIAN/control" <<EOF
Package: $package
Version: $version~holdfast1
Architecture: $(dpkg --print-architecture)
Maintainer: Holdfast <root@localhost>
Depends: postgresql-$postgres
Section: database
Priority: optional
Description: vector similarity search for PostgreSQL $postgres
 Debian's source package pgvector, built on this machine by Holdfast.
EOF
dpkg-deb --root-owner-group --build "$root" "$folder/$package.deb" >/dev/null
dpkg -i "$folder/$package.deb" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
