#!/usr/bin/env bash
# Installs the Debian packages of config/debian-packages that are missing. Quick when none is: one dpkg-query.
#   debian-packages.sh [test|box]
set -euo pipefail
checkout=$(cd -- "$(dirname -- "$0")/../.." && pwd)
wanted=${1:-}

# shellcheck source=/dev/null
. /etc/os-release
release=debian${VERSION_ID%%.*}
case $release in
debian12) postgres=15 ;;
debian13) postgres=17 ;;
*)
	echo "Holdfast runs on Debian 12 and 13; this is ${PRETTY_NAME:-something else}." >&2
	exit 1
	;;
esac
vector=/usr/share/postgresql/$postgres/extension/vector.control

needed=()
while read -r package when; do
	case $package/$when in
	'#'* | /) ;;
	*/ | */"$release") needed+=("$package") ;;
	*/test | */"$release"-test) [ "$wanted" = test ] && needed+=("$package") ;;
	*/box) [ "$wanted" = box ] && needed+=("$package") ;;
	*/pgvector) [ "$release" = debian12 ] && [ ! -e "$vector" ] && needed+=("$package") ;;
	esac
done <"$checkout/config/debian-packages"
# Any npm will do to fetch the pinned Node.
command -v npm >/dev/null || needed+=(nodejs npm)

installed=$(dpkg-query --show --showformat '${binary:Package}=${db:Status-Status}\n' "${needed[@]}" 2>/dev/null |
	sed -n 's/\(:[a-z0-9]*\)\{0,1\}=installed$//p' || true)
missing=()
for package in "${needed[@]}"; do
	grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ] && [ -e "$vector" ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	if sudo -n true 2>/dev/null; then
		as_root=(sudo -n)
	else
		if [ ${#missing[@]} -gt 0 ]; then
			echo 'Holdfast needs Debian packages that are not installed, and installing them needs root. Run this, then start again:' >&2
			echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
		fi
		if [ "$release" = debian12 ] && [ ! -e "$vector" ]; then
			echo 'Debian 12 has no package of pgvector; this builds one from the source package of Debian 13 and installs it:' >&2
			echo "  sudo $checkout/scripts/setup/pgvector.sh $postgres" >&2
		fi
		exit 1
	fi
fi
exec "${as_root[@]}" "$checkout/scripts/setup/install-debian-packages.sh" "$release" "$postgres" "${missing[@]}"
