# Seals a key as scripts/keyd/install.sh does, by a TPM in software, and tries to open it: tpm.sh FOLDER. Prints what came of it.
cd "$1" || exit 1
mkdir tpm state
mount --bind state /var/lib/systemd
ip link set lo up
tpm=--tpm2-device=swtpm:host=127.0.0.1,port=2321
start_tpm() {
	swtpm socket --tpm2 --tpmstate dir=tpm --server type=tcp,port=2321 --ctrl type=tcp,port=2322 --flags not-need-init,startup-clear &
	running=$!
	sleep 1
}
stop_tpm() {
	kill "$running"
	wait "$running"
}
# TPM2_PCR_Extend of PCR 7, as firmware does when secure boot changes.
measure_other_firmware() {
	python3 - <<'P'
import socket, struct
authorisation = struct.pack('>IIHBH', 9, 0x40000009, 0, 0, 0)
body = struct.pack('>I', 7) + authorisation + struct.pack('>IH', 1, 0x0B) + bytes(32 * [17])
connection = socket.create_connection(('127.0.0.1', 2321))
connection.sendall(struct.pack('>HII', 0x8002, 10 + len(body), 0x182) + body)
connection.recv(4096)
P
}
opens() {
	systemd-creds decrypt "$tpm" --name="${1:-hf-master}" sealed opened
	echo $?
}

head -c 32 /dev/urandom >key
start_tpm
systemd-creds encrypt --with-key=host+tpm2 --tpm2-pcrs=7 "$tpm" --name=hf-master key sealed
echo "sealed $?"
echo "kind $(head -c 24 sealed | base64 -d | head -c 16 | od -An -v -tx1 | tr -d ' \n')"
echo "opens $(opens)"
cmp key opened
echo "same $?"
echo "under another name $(opens hf-other)"
stop_tpm
start_tpm
echo "after a restart $(opens)"
measure_other_firmware
echo "after other firmware $(opens)"
stop_tpm
rm -r tpm
mkdir tpm
start_tpm
echo "with another TPM $(opens)"
stop_tpm
