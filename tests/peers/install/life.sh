# Installs the appliance on a copy of this machine and goes through its life; each `told` is a line of /out/answers.
cd "$CHECKOUT" || exit 1
export LC_ALL=C.UTF-8
told() { printf '%s\t%s\n' "$1" "$2" >>/out/answers; }
node=$CHECKOUT/node_modules/.bin/node
ask() { timeout 300 "$node" tests/peers/install/use.ts "$@" 2>&1 | tail -n 1; }
shown() { systemctl show -p "$2" --value "$1"; }
# Seconds until a command succeeds, or `never`.
within() {
	local limit=$1 waited=0
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$waited" -lt "$limit" ] || { echo never; return; }
		sleep 1
		waited=$((waited + 1))
	done
	echo "$waited"
}
ready() { curl -sf --max-time 3 http://127.0.0.1:8000/health/ready; }
hostname holdfast.test

scripts/box/install.sh --name holdfast.test --name 127.0.0.1 >/out/install 2>&1
told installed "$?"
cat /out/install
grep -q 'Look at it with' /out/install || { journalctl -b --no-pager | tail -80; exit 1; }
told ready "$(ready)"
told failed "$(systemctl list-units --state=failed --plain --no-legend 'holdfast*' 'postgresql*' 'redis*' 'nginx*' | wc -l)"
told status "$(holdfast status --json | tr -d "\n")"
told slices "$(shown holdfast-api Slice) $(shown holdfast-worker@worker Slice)"
told notify "$(shown holdfast-api NotifyAccess) $(shown holdfast-api StatusText)"
told privileges "$(awk '/^(CapEff|CapBnd|NoNewPrivs|Seccomp):/ {printf "%s ", $2}' "/proc/$(shown holdfast-api MainPID)/status")"
told network "$(nsenter --net="/proc/$(shown holdfast-worker@worker MainPID)/ns/net" ip -o link | wc -l)"
told stranger "$(setpriv --reuid nobody --regid nogroup --clear-groups psql -h /run/postgresql -U hf_app holdfast -c 'SELECT 1' 2>&1 | grep -c 'Peer authentication failed')"
told agent-gate "$(stat -c '%U:%G %a' /run/holdfast/agent.sock) $(id -nG holdfast)"

# What is measured is kept, and told to nobody without the word; nginx tells its own.
prometheus() { curl -s -u "holdfast:$(cat /var/lib/holdfast/secrets/prometheus-password)" "http://127.0.0.1:9090/api/v1/query?query=$1" | grep -o '"value":\[[^]]*\]' | grep -o '"[0-9]*"\]' | tr -dc '0-9\n'; }
# The api, the worker and Prometheus itself; with Debian's node exporter one more.
measured() { [ "$(prometheus 'count(up==1)')" -ge 3 ] && [ "$(prometheus 'count(up==1)')" = "$(prometheus 'count(up)')" ]; }
told monitoring "$(systemctl is-enabled holdfast-prometheus.service holdfast-smart.timer prometheus.service | tr '\n' ' ')$(systemctl is-active holdfast-prometheus.service holdfast-smart.timer | tr '\n' ' ')"
told measured "$(within 120 measured) $(prometheus 'count(up)')"
told prometheus-stranger "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9090/api/v1/query?query=up)"
told nginx-figures "$(curl -s -H "Authorization: Bearer $(cat /var/lib/holdfast/secrets/metrics-token)" http://127.0.0.1:8000/metrics | grep -c '^holdfast_nginx_')"
systemctl start holdfast-smart.service
told smart "$(shown holdfast-smart Result)"

# By way of nginx, as a browser does: TLS, the session cookie of TLS, an upload, what the pipeline makes of it, a search.
link=$(grep -o 'https://[^ ]*/setup#token=.*' /out/install)
told used "$(ask first "$link")"
told history "$(ask history)"
told metrics-outside "$(curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1/metrics)"
told foreign-name "$(curl -sk -o /dev/null -w '%{http_code}' -H 'Host: evil.example' https://127.0.0.1/health/live)"
told plain "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: holdfast.test' http://127.0.0.1/)"

# Killed: systemd starts it again.
systemctl kill -s KILL holdfast-api
sleep 1
told killed "$(within 60 ready) $(shown holdfast-api NRestarts)"

# Hung in its event loop: silence is noticed. What it says about itself would go on, were it a mere timer elsewhere.
mkdir -p /etc/systemd/system/holdfast-api.service.d
printf '[Service]\nWatchdogSec=6\n' >/etc/systemd/system/holdfast-api.service.d/sooner.conf
systemctl daemon-reload
systemctl restart holdfast-api
before=$(shown holdfast-api MainPID)
sleep 8
told patient "$([ "$(shown holdfast-api MainPID)" = "$before" ] && echo same) $(shown holdfast-api StatusText)"
kill -STOP "$before"
other() { [ "$(shown holdfast-api MainPID)" != "$before" ] && ready; }
told hung "$(within 60 other) $(shown holdfast-api NRestarts)"

# A database that is silent is noticed, too; one that is away is said.
before=$(shown holdfast-api MainPID)
postmaster=$(shown postgresql@15-main MainPID)
kill -STOP $(pgrep -u postgres -f 'holdfast|postgres') "$postmaster" 2>/dev/null
gone() { [ "$(shown holdfast-api MainPID)" != "$before" ]; }
told silent-database "$(within 40 gone)"
kill -CONT $(pgrep -u postgres -f 'holdfast|postgres') "$postmaster" 2>/dev/null
told again "$(within 90 ready)"
before=$(shown holdfast-api MainPID)
systemctl stop postgresql@15-main
sleep 10
told away "$([ "$(shown holdfast-api MainPID)" = "$before" ] && echo same) $(shown holdfast-api StatusText)"
systemctl start postgresql@15-main
told back "$(within 60 ready)"

# A budget that changes is in force once its program has started anew; a broken manifest keeps nobody from starting.
buffers() { setpriv --reuid postgres --regid postgres --clear-groups psql -h /run/postgresql -At -c "SELECT current_setting('shared_buffers')" postgres 2>&1; }
cp -p /etc/holdfast/appliance.yaml /out/manifest
first=$(buffers)
printf 'postgres: { sharedBuffersMb: 96, maintenanceWorkMemMb: 64 }\n' >>/etc/holdfast/appliance.yaml
systemctl restart postgresql@15-main
told figures "$first $(buffers) $(shown holdfast-figures Result)"
printf 'postgres: [\n' >>/etc/holdfast/appliance.yaml
systemctl restart postgresql@15-main redis-server
told figures-broken "$(buffers) $(shown holdfast-figures Result) $(systemctl is-active redis-server)"
cp -p /out/manifest /etc/holdfast/appliance.yaml
systemctl restart postgresql@15-main
told figures-again "$(buffers) $(shown holdfast-figures Result) $(within 90 ready)"

# Stopped, started, installed again: nothing is lost, and no secret is made anew.
certificate=$(sha256sum /etc/ssl/holdfast/server.crt)
holdfast down
told stopped "$(systemctl is-active holdfast-api holdfast-worker@worker postgresql@15-main | tr '\n' ' ')"
holdfast status >/dev/null
told stopped-code "$?"
scripts/box/install.sh >/out/install-again 2>&1
told installed-again "$? $([ "$certificate" = "$(sha256sum /etc/ssl/holdfast/server.crt)" ] && echo 'same certificate')"
told found-again "$(ask again)"
told service-logs "$(holdfast services logs keyd -n 5 | tail -n 1)"
told logs "$(holdfast logs api -n 5 | grep -c 'The API listens')"
systemctl --no-pager --failed
journalctl -b --no-pager -u 'holdfast-*' | grep -v '"level":30' | tail -60
cat /var/lib/holdfast/logs/*.log 2>/dev/null | tail
scripts/box/install.sh --remove >/out/removed 2>&1
told removed "$? $(ls -d /usr/lib/holdfast /etc/systemd/system/holdfast-* 2>/dev/null | wc -l) $(ls -d /var/lib/holdfast /etc/holdfast | wc -l)"
cat /out/removed
