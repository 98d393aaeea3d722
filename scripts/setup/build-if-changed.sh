#!/usr/bin/env bash
# Builds when a source is newer than the last build.
set -euo pipefail
checkout=$(cd -- "$(dirname -- "$0")/../.." && pwd)
cd -- "$checkout"
marker=dist/.built
sources=(libs apps package-lock.json package.json tsconfig.json tsconfig.build.json scripts/build.ts scripts/compress.ts)
if [ -e "$marker" ] && [ -z "$(find "${sources[@]}" -newer "$marker" -print -quit)" ]; then exit 0; fi

if [ ! -w . ]; then
	[ -e "$marker" ] && exit 0
	echo "$checkout has not been built and cannot be written by $(id -un): run npm run build there as its owner." >&2
	exit 1
fi
owner=$(stat -c %u .)
as_owner=()
[ "$(id -u)" -ne 0 ] || [ "$owner" -eq 0 ] || as_owner=(setpriv "--reuid=$owner" "--regid=$(stat -c %g .)" --init-groups)
echo 'Building'
"${as_owner[@]}" node_modules/.bin/node scripts/build.ts </dev/null || {
	echo 'The build failed; what is wrong stands above.' >&2
	exit 1
}
