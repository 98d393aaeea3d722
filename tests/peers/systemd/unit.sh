# Installs the keystore's unit and goes through its life; each `told` is a line of /out/answers.
cd "$CHECKOUT" || exit 1
node=$CHECKOUT/node_modules/.bin/node
told() { printf '%s\t%s\n' "$1" "$2" >>/out/answers; }
ask() { "$node" --conditions=source --disable-warning=ExperimentalWarning tests/peers/systemd/ask.ts "$@" 2>&1 | tail -n 1; }

# The keystore that the appliance had until now, under the seal file.
export HOLDFAST_HOME=/srv/former
mkdir -p "$HOLDFAST_HOME/secrets"
"$node" --conditions=source apps/keyd/src/main.ts --folder "$HOLDFAST_HOME/secrets/keystore" --socket /run/former/keyd.sock &
former=$!
sleep 4
told former "$(ask wrap /run/former)"
kill "$former"
wait "$former"

scripts/keyd/install.sh
sleep 2
told moved "$(ask)"
told resealed "$(ask reseal)"
told left "$(ls /var/lib/holdfast-keyd "$HOLDFAST_HOME/secrets" | tr '\n' ' ')"
pid=$(systemctl show -p MainPID --value holdfast-keyd)
told memory "$(stat -c %U "/proc/$pid/mem")"
told privileges "$(awk '/^(CapEff|CapBnd|NoNewPrivs|Seccomp):/ {printf "%s ", $2}' "/proc/$pid/status")"
told writable-code "$(grep -c ' rwx' "/proc/$pid/maps")"
told interfaces "$(nsenter --net="/proc/$pid/ns/net" ip -o link | wc -l)"
told shares "$(ask shares)"

useradd --system holdfast-try
as_other() { setpriv --reuid holdfast-try --regid nogroup "$@" "$node" --conditions=source --disable-warning=ExperimentalWarning tests/peers/systemd/ask.ts 2>&1 | tail -n 1; }
told stranger "$(as_other --clear-groups)"
told member "$(as_other --groups holdfast-keys)"

systemctl kill -s KILL holdfast-keyd
sleep 3
told killed "$(ask)"
scripts/keyd/install.sh
sleep 2
told again "$(ask)"

rm /var/lib/systemd/credential.secret
systemctl restart holdfast-keyd
told other-machine "$(systemctl show -p Result -p ExecMainStatus --value holdfast-keyd | tr '\n' ' ')"
rm /etc/systemd/system/holdfast-keyd.service.d/seal.conf /etc/holdfast-keyd/hf-master.cred
systemctl daemon-reload
systemctl reset-failed holdfast-keyd
systemctl restart holdfast-keyd
sleep 2
told without-credential "$(ask)"
told by-shares "$(ask unseal)"
