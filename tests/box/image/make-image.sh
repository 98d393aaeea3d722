#!/bin/bash
# Makes the image of the box's first disk: make-image.sh ROOT CHECKOUT FOLDER MEGABYTES. ROOT stays as it is. FOLDER gets root.img and vmlinuz.
set -euo pipefail
if [ "${IN_NAMESPACE:-}" != yes ]; then IN_NAMESPACE=yes exec unshare --mount --propagation private "$0" "$@"; fi
root=$1 checkout=$2 folder=$3 megabytes=$4
guest=$checkout/tests/box/guest
mkdir "$folder"/{changed,work,merged}
mount -t overlay overlay -o "lowerdir=$root,upperdir=$folder/changed,workdir=$folder/work" "$folder/merged"
new=$folder/merged
mount -t proc proc "$new/proc"
mount --rbind /dev "$new/dev"

install -m 0755 "$guest/box-control" "$guest/box-agent" "$guest/box-look" "$new/usr/local/sbin/"
install -m 0644 "$guest/box-control.service" "$guest/box-fill@.service" "$new/etc/systemd/system/"
install -D -m 0644 "$guest/slow-machine.conf" "$new/etc/systemd/system.conf.d/slow-machine.conf"
chroot "$new" systemctl --quiet enable box-control.service box-fill@{video,ml,monitoring}.service
echo box >"$new/etc/hostname"
echo '127.0.0.1 localhost box' >"$new/etc/hosts"
echo 'LABEL=box-root / ext4 defaults 0 1' >"$new/etc/fstab"
# What comes at an hour of its own disturbs measurements of who runs where; nobody signs in at a console.
quiet='apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer logrotate.timer man-db.timer'
quiet+=' mdcheck_start.timer mdcheck_continue.timer mdmonitor-oneshot.timer systemd-tmpfiles-clean.timer getty@tty1.service serial-getty@ttyS0.service'
# shellcheck disable=SC2086
chroot "$new" systemctl --quiet mask $quiet
rm -f "$new/etc/resolv.conf"
: >"$new/etc/machine-id"

"$guest/install.sh" "$checkout" "$new"

umount "$new/proc"
umount --recursive "$new/dev"
cp "$new"/boot/vmlinuz-* "$folder/vmlinuz"
# Behind the table of partitions, which build.ts writes.
mke2fs -q -t ext4 -L box-root -E nodiscard,offset=1048576 -d "$new" "$folder/root.img" "$((megabytes - 1))M"
umount "$new"
rm -rf "$folder"/{changed,work,merged}
