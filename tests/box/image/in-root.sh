#!/bin/sh
# Runs a program in a root of its own: in-root.sh ROOT PROGRAM WORD... What is mounted for it goes with it.
set -eu
if [ "${IN_ROOT:-}" != yes ]; then IN_ROOT=yes exec unshare --mount --propagation private --pid --fork --kill-child "$0" "$@"; fi
root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
