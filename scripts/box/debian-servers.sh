#!/usr/bin/env bash
# Sourced by install.sh: has PostgreSQL, Redis and nginx of Debian serve the appliance, by files of their own beside Debian's.

# The newest installed that can hold vectors.
postgres_version() {
	local found
	found=$(cd "$root/usr/share/postgresql" 2>/dev/null && ls -d */extension/vector.control 2>/dev/null | cut -d/ -f1 | sort -n | tail -n 1)
	[ -n "$found" ] || fail "no PostgreSQL with pgvector is installed${root:+ in $root}; the packages are in config/debian-packages"
	echo "$found"
}

# Puts lines between two marks of ours into a file, at its top; what stands there already is replaced, everything else stays.
put_block() {
	local file=$1 lines=$2 fresh
	fresh=$(mktemp)
	{
		printf '# BEGIN holdfast (scripts/box/install.sh)\n'
		cat "$lines"
		printf '# END holdfast\n'
		sed '/^# BEGIN holdfast/,/^# END holdfast/d' "$file"
	} >"$fresh"
	cmp -s "$fresh" "$file" || cat "$fresh" >"$file"
	rm "$fresh"
}

# Version and name of the cluster that the manifest's unit runs: postgresql@17-main.service.
cluster_of() { sed 's/^postgresql@\([0-9]*\)-\(.*\)\.service$/\1 \2/' <<<"$database_unit"; }

set_up_postgres() {
	local version cluster folder
	read -r version cluster <<<"$(cluster_of)"
	folder=$root/etc/postgresql/$version/$cluster
	say "PostgreSQL $version: $cluster"
	if [ ! -e "$folder/postgresql.conf" ]; then
		in_root pg_createcluster "$version" "$cluster" -- --data-checksums --encoding=UTF8 --locale=C.UTF-8 >/dev/null
	fi
	in_root install -d -m 0755 -o "$database_account" -g "$database_account" "${folder#"$root"}/conf.d"
	install -m 0644 "$facts/postgresql.conf" "$folder/conf.d/50-holdfast.conf"
	put_block "$folder/pg_hba.conf" "$facts/pg_hba.conf"
	put_block "$folder/pg_ident.conf" "$facts/pg_ident.conf"
	echo auto >"$folder/start.conf"
	turn_on postgresql.service
}

set_up_redis() {
	say 'Redis'
	install -m 0644 "$facts/redis.conf" "$root/etc/redis/holdfast.conf"
	grep -q '^include /etc/redis/holdfast.conf$' "$root/etc/redis/redis.conf" ||
		printf '\n# Holdfast (scripts/box/install.sh): the last word.\ninclude /etc/redis/holdfast.conf\n' >>"$root/etc/redis/redis.conf"
}

set_up_nginx() {
	say 'nginx'
	install -D -m 0644 "$facts/nginx.conf" "$root/etc/nginx/sites-available/holdfast"
	ln -sfn ../sites-available/holdfast "$root/etc/nginx/sites-enabled/holdfast"
	# Each of its processes on one CPU, for ever: they are to follow the slice.
	sed -i 's/^worker_cpu_affinity auto;$/# Holdfast (scripts\/box\/install.sh): &/' "$root/etc/nginx/nginx.conf"
	# Debian's welcome page listens on the same port.
	[ "$(readlink "$root/etc/nginx/sites-enabled/default" 2>/dev/null)" != /etc/nginx/sites-available/default ] || rm "$root/etc/nginx/sites-enabled/default"
}

restart_servers() {
	systemctl restart holdfast-first-start.service
	systemctl restart "$database_unit" "$redis_unit"
}
