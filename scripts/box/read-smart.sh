#!/bin/sh
# Asks every disk how it is and writes the answers down for everybody, one file a disk, each put in its place whole. Runs as root, by holdfast-smart.service.
set -u
folder=${RUNTIME_DIRECTORY:-/run/holdfast-smart}
for disk in /sys/block/sd* /sys/block/nvme*n*; do
	name=${disk##*/}
	[ -b "/dev/$name" ] || continue
	# Its status says what it found: any answer counts. A disk that sleeps is left asleep.
	smartctl --json --all --nocheck=standby "/dev/$name" >"$folder/.$name.new" 2>/dev/null
	if [ -s "$folder/.$name.new" ]; then mv "$folder/.$name.new" "$folder/$name.json"; else rm -f "$folder/.$name.new"; fi
done
