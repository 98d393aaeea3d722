#!/bin/sh
# Makes what every machine has of its own and no image brings along: the certificate of nginx, and what the keystore's seal needs. Runs as root, by
# holdfast-first-start.service. What is there already is left alone: put a certificate of your own into /etc/ssl/holdfast.
set -eu
tls=/etc/ssl/holdfast
credential=/etc/holdfast-keyd/hf-master.cred
name=$(hostname 2>/dev/null || echo holdfast)

if [ ! -e "$tls/server.crt" ]; then
	install -d -m 0700 "$tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=$name" \
		-addext "subjectAltName=DNS:$name,DNS:localhost,IP:127.0.0.1" -keyout "$tls/server.key.new" -out "$tls/server.crt.new" 2>/dev/null
	chmod 0600 "$tls/server.key.new"
	mv "$tls/server.key.new" "$tls/server.key"
	mv "$tls/server.crt.new" "$tls/server.crt"
fi

# The key that wraps the master key under the seal systemd-creds: with the TPM where there is one.
if [ -d /etc/holdfast-keyd ] && [ ! -e "$credential" ]; then
	with='--with-key=host'
	! systemd-creds has-tpm2 --quiet || with='--with-key=host+tpm2 --tpm2-pcrs=7'
	# shellcheck disable=SC2086
	head -c 32 /dev/urandom | systemd-creds encrypt $with --name=hf-master - "$credential.new"
	chgrp holdfast-keys "$credential.new"
	chmod 0640 "$credential.new"
	mv "$credential.new" "$credential"
fi
