# The first start of a box: what only a running machine can do. Run once by box:build, over the control port.
# Also to the console, so that whoever waits sees how far it is.
exec > >(tee /dev/ttyS0) 2>&1
set -eux
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
disk() { lsblk -dpno NAME,SERIAL | awk -v serial="$1" '$2 == serial { print $1 }'; }
udevadm settle --timeout=1200
mdadm --create /dev/md/cold --run --level=10 --raid-devices=4 --assume-clean "$(disk COLD0001)" "$(disk COLD0002)" "$(disk COLD0003)" "$(disk COLD0004)"
mdadm --detail --scan >>/etc/mdadm/mdadm.conf
number=1
for tier in hot:"$(disk HOT0001)" warm:"$(disk WARM0001)" cold:/dev/md/cold; do
	folder=/srv/holdfast/${tier%%:*}
	uuid=48464258-0000-4000-8000-00000000000$number
	mkfs.ext4 -q -E nodiscard,lazy_itable_init=0 -U "$uuid" "${tier#*:}"
	echo "UUID=$uuid $folder ext4 defaults 0 2" >>/etc/fstab
	mkdir -p "$folder"
	number=$((number + 1))
done
systemctl daemon-reload
for tier in hot warm cold; do
	mount "/srv/holdfast/$tier"
	chown holdfast:holdfast "/srv/holdfast/$tier"
	chmod 0750 "/srv/holdfast/$tier"
done
systemctl enable holdfast.target
# What is made once: certificate, credential, master key, database, schema. The api and the workers begin with the next start.
systemctl start holdfast-first-start.service
systemctl reset-failed holdfast-keyd.service
systemctl start holdfast-keyd.service holdfast-migrate.service
# Commands ask whether it runs.
systemctl start --job-mode=ignore-dependencies holdfast.target
printf 'a long enough password for a box\n' | holdfast users create-admin --email box@example.org --password-stdin
