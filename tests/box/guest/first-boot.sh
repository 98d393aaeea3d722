# The first start of a box: what only a running machine can do. Run once by box:build, over the control port.
set -eux
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
disk() { lsblk -dpno NAME,SERIAL | awk -v serial="$1" '$2 == serial { print $1 }'; }
udevadm settle
mdadm --create /dev/md/cold --run --level=10 --raid-devices=4 --assume-clean "$(disk COLD0001)" "$(disk COLD0002)" "$(disk COLD0003)" "$(disk COLD0004)"
mdadm --detail --scan >>/etc/mdadm/mdadm.conf
for tier in hot:"$(disk HOT0001)" warm:"$(disk WARM0001)" cold:/dev/md/cold; do
	mkfs.ext4 -q -E nodiscard,lazy_itable_init=0 -L "${tier%%:*}" "${tier#*:}"
	echo "LABEL=${tier%%:*} /srv/holdfast/${tier%%:*} ext4 defaults,nofail 0 2" >>/etc/fstab
	mkdir -p "/srv/holdfast/${tier%%:*}"
done
systemctl daemon-reload
for tier in hot warm cold; do mount "/srv/holdfast/$tier"; done
