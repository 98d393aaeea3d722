#!/bin/bash
# Boots the machine's own systemd in namespaces, on a copy of the machine's root that is thrown away, and has it run a script: cage.sh FOLDER CHECKOUT SCRIPT
# What the script writes into /out is in FOLDER/out afterwards. Needs root; changes nothing of the machine.
set -euo pipefail
folder=$1 checkout=$2 script=$3

if [ "${4:-}" != inside ]; then
	# A group of its own: systemd takes all of what it finds.
	groups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)/holdfast-cage-$$
	mkdir "$groups"
	trap 'find "$groups" -depth -type d -exec rmdir {} \; 2>/dev/null || true' EXIT
	(
		echo 0 >"$groups/cgroup.procs"
		exec timeout "${CAGE_SECONDS:-120}" unshare --mount --pid --cgroup --ipc --uts --net --fork --kill-child "$0" "$@" inside
	) || true
	exit 0
fi

mount --make-rprivate /
mount -t tmpfs tmpfs "$folder/top"
root=$folder/top/root
mkdir "$folder"/top/{changed,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/top/changed,workdir=$folder/top/work" "$root"
for path in "$checkout" "$(readlink -f "$checkout/node_modules")"; do
	mkdir -p "$root$path"
	mount --bind "$path" "$root$path"
done
mkdir -p "$root/out"
mount --bind "$folder/out" "$root/out"

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root"/dev/{pts,shm,mqueue,hugepages}
mount -t devpts devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
touch "$root/dev/console"
numbers='null 1 3 zero 1 5 full 1 7 random 1 8 urandom 1 9 tty 5 0'
# shellcheck disable=SC2086
printf '%s %s %s\n' $numbers | while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done

# None of the machine's own services and disks.
rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/default.target "$root"/etc/fstab
cp "$script" "$root/script"
printf '[Unit]\nRequires=basic.target script.service\n' >"$root/etc/systemd/system/default.target"
printf '[Unit]\nAfter=basic.target\n[Service]\nType=oneshot\nEnvironment="CHECKOUT=%s"\nExecStart=/bin/bash -c "/bin/bash /script >/out/log 2>&1; systemctl poweroff -ff"\n' \
	"$checkout" >"$root/etc/systemd/system/script.service"

cd "$root"
mkdir former
pivot_root . former
umount -l former
# As PID 1 of a machine does: credentials are mounted where the unit finds them.
mount --make-rshared /
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --log-target=null --show-status=no
