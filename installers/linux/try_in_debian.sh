#!/usr/bin/env bash
# shellcheck disable=SC2317 # the functions are called by step
# The steps of try_deb.sh inside the booted Debian. Every line of output is a step that held, or FAILED.
set -uo pipefail
failed=0
uid=$(id -u alice)
unit=maskwire.service

as_alice() {
    runuser -u alice -- env HOME=/home/alice XDG_RUNTIME_DIR="/run/user/$uid" \
        DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" bash -c "cd; $1"
}
step() { # step NAME COMMAND...: say whether it held, and for how long it took
    local name=$1 began=$EPOCHREALTIME
    shift
    if "$@" >/run/step.log 2>&1; then
        printf 'ok     %5.1f s  %s\n' "$(awk "BEGIN { print $EPOCHREALTIME - $began }")" "$name"
    else
        printf 'FAILED %s\n' "$name"
        sed 's/^/    /' /run/step.log | tail -n 20
        failed=1
    fi
}
within() { # within SECONDS COMMAND: try it until it holds
    local end=$((SECONDS + $1))
    until as_alice "$2"; do
        ((SECONDS < end)) || return 1
        sleep 0.5
    done
}
mode() { as_alice 'gsettings get org.gnome.system.proxy mode'; }
state() { as_alice "systemctl --user show $unit --property=$1 --value"; }
settings() { as_alice "mkdir -p .config/maskwire && cat >.config/maskwire/config.toml <<<'$1'"; }

loginctl enable-linger alice
step "alice's own service manager runs" within 30 'systemctl --user is-system-running | grep -qE "running|degraded"'

step "apt installs it" apt-get install -y -qq --no-install-recommends /opt/maskwire.deb
printf '                 %s\n' "$(du -sh /usr/lib/maskwire)"
step "the unit is enabled for everybody" as_alice "systemctl --user is-enabled $unit"
step "it runs already for alice, who is logged in" within 30 "systemctl --user is-active $unit"
step "its proxy listens" within 60 'maskwire status --json | grep -q "\"proxy\": \"http://127.0.0.1:8877\""'
step "service status agrees" as_alice 'maskwire service status --json | grep -q "\"active\": true"'
step "the demonstration masks and restores" as_alice 'maskwire demo --json | grep -q "\"ok\": true"'
step "verify proves the running daemon" as_alice 'maskwire verify --json'
systemctl start user@1.service
step "it is not run for a system's own users" bash -c "systemctl --user --machine=daemon@ show $unit \
    --property=ConditionResult,ConditionTimestampMonotonic | grep -x -e ConditionResult=no -e '.*Monotonic=[1-9].*' -c | grep -x 2"
step "a PYTHONPATH of alice's own changes nothing" as_alice \
    'mkdir -p evil && echo "raise SystemExit(9)" >evil/json.py && PYTHONPATH=evil maskwire --version && cd evil && maskwire status'

install -d -o alice /srv/stand-in
install -o alice /opt/stand_in.py /srv/stand-in
runuser -u alice -- /usr/lib/maskwire/bin/maskwire-python /srv/stand-in/stand_in.py /srv/stand-in &
stand_in=$!
step "a stand-in for the provider serves" within 20 '[ -s /srv/stand-in/address ]'
settings "[upstream]
trusted_ca = \"/srv/stand-in/stand-in.pem\"
connect_to = { \"api.openai.com:443\" = \"$(cat /srv/stand-in/address)\" }"
sleep 2
body='{"model":"gpt-demo","messages":[{"role":"user","content":"Write to jane.doe@northwind-mail.com"}]}'
ask="maskwire exec -- curl -sS --max-time 60 https://api.openai.com/v1/chat/completions -H 'content-type: application/json' -d '$body'"
step "curl under exec gets the value back" as_alice "$ask | grep -q jane.doe@northwind-mail.com"
sleep 1
step "the provider got a token in its place" bash -c \
    'grep -aq @example.com /srv/stand-in/heard && ! grep -aq northwind /srv/stand-in/heard'

before=$(state MainPID)
step "kill -9" kill -9 "$before"
step "systemd starts it again" within 30 \
    "pid=\$(systemctl --user show $unit --property=MainPID --value) && [ \$pid != 0 ] && [ \$pid != $before ]"
step "its proxy listens again" within 60 'maskwire status --json | grep -q "\"proxy\": \"http://127.0.0.1:8877\""'
step "curl is protected again" as_alice "$ask | grep -q jane.doe@northwind-mail.com"
printf '                 restarts counted by systemd: %s\n' "$(state NRestarts)"

kill_all() { as_alice "systemctl --user kill --signal=KILL $unit"; }
settings_are() { within "$1" "[ \"\$(gsettings get org.gnome.system.proxy mode)\" = \"'$2'\" ]"; }
as_alice 'systemctl --user set-environment XDG_CURRENT_DESKTOP=GNOME'
as_alice 'printf "\n[capture]\nafter_crash = \"restore\"\nafter_crash_s = 8\n" >>.config/maskwire/config.toml'
before_all=$(mode)
step "capture leads GNOME's settings here" as_alice 'sleep 2; maskwire capture on system'
step "they do" settings_are 5 auto
dog=$(pgrep --uid alice --full 'capture watch')
step "its watchdog runs in a scope of its own" bash -c \
    "grep -q run-.*scope /proc/$dog/cgroup && ! grep -q $unit /proc/$dog/cgroup"
step "kill -9 of all in the unit" kill_all
step "the watchdog lives" kill -0 "$dog"
step "the daemon is back, and GNOME's settings are proven" within 60 \
    'maskwire capture status --verify --json | grep -o "\"system\"[^}]*" | grep "\"problem\": \"\"" | grep -q "\"verified_at\": [0-9]"'
step "they were never given up" bash -c "! grep -q UNPROTECTED /home/alice/.local/state/maskwire/capture-told.txt"
as_alice "mkdir -p .config/systemd/user/$unit.d && printf '[Service]\nRestart=no\n' >.config/systemd/user/$unit.d/no.conf
    systemctl --user daemon-reload"
within 10 'pgrep --full "[c]apture watch"' >/dev/null
step "kill -9 of all in the unit, which does not come back" kill_all
step "the watchdog restores GNOME's settings" settings_are 30 "$(tr -d "'" <<<"$before_all")"
step "and says that nothing is protected" within 10 "grep -q UNPROTECTED .local/state/maskwire/capture-told.txt"
step "no watchdog is left" within 10 '! pgrep --full "[c]apture watch"'
as_alice "rm -r .config/systemd/user/$unit.d && systemctl --user daemon-reload && systemctl --user start $unit"
step "the next start leads them here again" settings_are 30 auto
step "capture off" as_alice 'maskwire capture off'
step "GNOME's settings are as before" settings_are 5 "$(tr -d "'" <<<"$before_all")"

mkdir -p /etc/maskwire
printf '[hosts."api.openai.com"]\nmode = "protect"\n' >/etc/maskwire/policy.toml
step "a policy of root shows in status" within 10 'maskwire status | grep -q "managed by your organisation"'
step "alice cannot change what it holds" as_alice '! maskwire hosts set api.openai.com bypass 2>err && grep -q managed err'
# shellcheck disable=SC2016 # alice's shell expands it
step "nor in another home" as_alice \
    'mkdir -p h && printf "[hosts.\"api.openai.com\"]\nmode = \"bypass\"\n" >h/config.toml && MASKWIRE_HOME=$PWD/h maskwire hosts list --json | grep -q "\"api.openai.com\", \"mode\": \"protect\""'
chmod 666 /etc/maskwire/policy.toml
step "a policy that anybody can write needs attention" within 10 'maskwire status | grep -q "chmod go-w"'
step "and lets no daemon start" as_alice '! maskwire config check'
rm -r /etc/maskwire

step "service uninstall stops it for alice alone" as_alice \
    "maskwire service uninstall && ! systemctl --user is-active $unit && systemctl --global is-enabled $unit"
step "service install brings it back" as_alice "maskwire service install && systemctl --user is-active $unit"

before=$(state MainPID)
step "apt installs it over itself" apt-get install -y -qq --reinstall --no-install-recommends /opt/maskwire.deb
step "which brings a new daemon up" within 30 \
    "pid=\$(systemctl --user show $unit --property=MainPID --value) && [ \$pid != 0 ] && [ \$pid != $before ]"
kill "$stand_in" && wait "$stand_in"
step "capture leads GNOME's settings here once more" within 60 'maskwire capture on system'
step "apt removes it" apt-get remove -y -qq maskwire
step "GNOME's settings are as before" settings_are 5 "$(tr -d "'" <<<"$before_all")"
step "no process is left" bash -c '! pgrep --exact maskwire-python'
step "apt purges it" apt-get purge -y -qq maskwire
echo "left with maskwire in its name:"
find / -xdev \( -path /proc -o -path /sys -o -path /opt -o -path /var/cache/apt \) -prune -o -iname '*maskwire*' -print | sed 's/^/    /'
step "nothing is left but alice's own" bash -c \
    '! find / -xdev \( -path /proc -o -path /sys -o -path /opt -o -path /home/alice -o -path /srv -o -path /var/cache/apt \) -prune -o -iname "*maskwire*" -print | grep .'
exit "$failed"
