#!/usr/bin/env bash
# The files of deploy/ and docker-compose.yml, as far as they can be checked without a Docker daemon (tests/fresh/compose
# has one) or a running systemd.
# FIVEPOINT_BIN is the program; tests/run --operating brings the tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

passed() { echo "files: $*"; }
failed() {
    echo "files: FAILED: $*" >&2
    exit 1
}

# --- docker-compose.yml ---------------------------------------------------------------------------

compose=(docker-compose)
! docker compose version >/dev/null 2>&1 || compose=(docker compose)
FIVEPOINT_DOMAIN=survey.example.org "${compose[@]}" config >"$scratch/compose.yml" || failed "docker-compose.yml"
grep -q 'FIVEPOINT_BASE_URL: https://survey.example.org$' "$scratch/compose.yml" || failed "the domain does not reach the nodes"
[ "$(grep -c 'read_only: true' "$scratch/compose.yml")" = 5 ] || failed "a service may write where it likes"
[ "$(grep -c 'no-new-privileges:true' "$scratch/compose.yml")" = 5 ] || failed "a service may get rights"
proxy=$(sed -n 's/.*ipv4_address: *//p' "$scratch/compose.yml")
[ "$(grep -c "FIVEPOINT_TRUSTED_PROXY: *$proxy\$" "$scratch/compose.yml")" = 2 ] || failed "the nodes do not believe the proxy"
# The settings of one's own that docs/operating.md adds reach both nodes beside the others.
sed -n "/docker-compose.override.yml <<'END'\$/,/^END\$/{//d;p}" docs/operating.md >"$scratch/override.yml"
"${compose[@]}" --project-directory . --file docker-compose.yml --file "$scratch/override.yml" config >"$scratch/both.yml" || failed "docker-compose.override.yml"
[ "$(grep -cE 'FIVEPOINT_(LOG: json|SEND_HOURS: 09:00-19:00|LISTEN: 0.0.0.0:8080)$' "$scratch/both.yml")" = 6 ] || failed "settings of one's own do not reach both nodes"
# What the containers mount is there.
grep -oE '\./deploy/[A-Za-z]+' docker-compose.yml | while read -r path; do [ -e "$path" ] || failed "$path is missing"; done
passed "docker-compose.yml is read, with five services that may do little"

# --- the secrets ----------------------------------------------------------------------------------

if [ "$(id -u)" = 0 ]; then
    mkdir "$scratch/secrets" "$scratch/certificates"
    sh deploy/prepare "$scratch/secrets" "$scratch/certificates" >/dev/null
    before=$(cat "$scratch"/secrets/*)
    (cd "$scratch/secrets" && stat -c '%n %a %u' -- *) >"$scratch/modes"
    printf 'fivepoint 400 10001\npgpass 400 10001\npostgres 400 999\n' | diff - "$scratch/modes" || failed "owners or modes"
    [ "$(wc -c <"$scratch/secrets/fivepoint")" = 65 ] || failed "the secret is not 64 characters and the end of a line"
    grep -qx "postgres:5432:fivepoint:fivepoint:$(cat "$scratch/secrets/postgres")" "$scratch/secrets/pgpass" || failed "pgpass"
    sh deploy/prepare "$scratch/secrets" "$scratch/certificates" | grep . && failed "made anew what was there"
    [ "$before" = "$(cat "$scratch"/secrets/*)" ] || failed "the secrets have changed"
    openssl rand -hex 32 >>"$scratch/secrets/fivepoint"
    [ "$(grep -cxE '[0-9a-f]{64}' "$scratch/secrets/fivepoint")" = 2 ] || failed "a second secret runs into the first one"
    passed "the secrets are made once, each for its reader alone"
fi

# --- the Caddyfile --------------------------------------------------------------------------------

caddy fmt deploy/Caddyfile | diff - deploy/Caddyfile || failed "caddy fmt deploy/Caddyfile"
FIVEPOINT_NODES=127.0.0.1:1 caddy validate --adapter caddyfile --config deploy/Caddyfile >"$scratch/caddy" 2>&1 ||
    { cat "$scratch/caddy"; failed "the Caddyfile"; }
passed "the Caddyfile is valid"

# --- the unit -------------------------------------------------------------------------------------

sed "s|^ExecStart=[^ ]*|ExecStart=$FIVEPOINT_BIN|" deploy/fivepoint.service >"$scratch/fivepoint.service"
systemd-analyze verify "$scratch/fivepoint.service" 2>"$scratch/verify" || { cat "$scratch/verify"; failed "the unit"; }
[ ! -s "$scratch/verify" ] || { cat "$scratch/verify"; failed "the unit"; }
# Tenths: 15 is "OK", a service without any care has 96.
systemd-analyze security --offline=true --threshold=15 "$scratch/fivepoint.service" >"$scratch/score" ||
    { tail -1 "$scratch/score"; failed "the unit lets it do more than it needs"; }
passed "the unit is sound:$(sed -n 's/.*Overall exposure level for [^:]*:/ exposure/p' "$scratch/score")"

# Every system call that the program makes when it serves and is stopped is one that the unit lets it make.
names() { # the calls of the sets that are named, and of the sets in these
    local name
    for name; do
        systemd-analyze syscall-filter "$name" | sed -n 's/^ *\([-@a-z0-9_]*\)$/\1/p' | while read -r call; do
            case $call in "$name") ;; @*) names "$call" ;; *) echo "$call" ;; esac
        done
    done
}
names @system-service | sort -u >"$scratch/with"
names @privileged @resources | sort -u >"$scratch/without"
comm -23 "$scratch/with" "$scratch/without" >"$scratch/allowed"
[ "$(wc -l <"$scratch/allowed")" -gt 200 ] || failed "systemd-analyze named no system calls"
port=$((20000 + RANDOM % 12000))
export FIVEPOINT_DATABASE_URL=sqlite:$scratch/fivepoint.db FIVEPOINT_LISTEN=127.0.0.1:$port
strace -f -c -S name -o "$scratch/calls" "$FIVEPOINT_BIN" serve >"$scratch/serve" 2>&1 &
traced=$!
for try in {1..150}; do
    if "$FIVEPOINT_BIN" healthcheck >/dev/null 2>&1; then break; fi
    [ "$try" -lt 150 ] || { cat "$scratch/serve"; failed "the program does not serve"; }
    sleep 0.2
done
kill "$(cat "/proc/$traced/task/$traced/children")"
wait "$traced" || failed "the program did not stop cleanly"
awk '$1 ~ /^[0-9.]+$/ && $NF != "total" { print $NF }' "$scratch/calls" | sort -u >"$scratch/made"
[ "$(wc -l <"$scratch/made")" -gt 30 ] || failed "strace saw no system calls"
# SQLite gives files to their folder's owner, as root only.
[ "$(id -u)" != 0 ] || echo fchown >>"$scratch/allowed"
sort -u -o "$scratch/allowed" "$scratch/allowed"
comm -23 "$scratch/made" "$scratch/allowed" | grep . && failed "the unit forbids what the program does"
passed "$(wc -l <"$scratch/made") kinds of system call made, all allowed"

# --- installing by hand ---------------------------------------------------------------------------

# The blocks of docs/operating.md for systemd, as they stand, on this machine with what they change held apart: systemctl
# and the build are stood in for.
if [ "$(id -u)" = 0 ]; then
    mkdir "$scratch/stand-in" "$scratch/clone"
    printf '#!/bin/sh\nexit 0\n' | tee "$scratch/stand-in/systemctl" "$scratch/stand-in/git" >"$scratch/stand-in/cargo"
    chmod +x "$scratch"/stand-in/*
    mkdir -p "$scratch/clone/target/release"
    cp "$FIVEPOINT_BIN" "$scratch/clone/target/release/fivepoint"
    cp -r deploy "$scratch/clone"
    sed -n '/^```sh systemd$/,/^```$/{/^```/d;p}' docs/operating.md >"$scratch/install"
    grep -q 'fivepoint-admin staff add' "$scratch/install" || failed "the blocks are not found"
    env -u FIVEPOINT_DATABASE_URL -u FIVEPOINT_LISTEN unshare --mount bash -euo pipefail -c '
        mkdir "$1/over"
        mount -t tmpfs tmpfs "$1/over"
        for place in etc usr/local var/lib; do
            mkdir -p "$1/over/$place/kept" "$1/over/$place/work"
            mount -t overlay overlay -o "lowerdir=/$place,upperdir=$1/over/$place/kept,workdir=$1/over/$place/work" "/$place"
        done
        cd "$1/clone"
        PATH=$1/stand-in:/usr/local/sbin:/usr/local/bin:$PATH
        . "$1/install"
        fivepoint-admin staff list | grep -q wang
        [ "$(stat -c "%U %a" /etc/fivepoint/secret)" = "fivepoint 400" ]
        [ "$(stat -c "%U %a" /var/lib/fivepoint/fivepoint.db)" = "fivepoint 600" ]
        [ "$(fivepoint-admin secret list | wc -l)" = 2 ]
        # What cron runs each night, with what cron gives it.
        night=$(sed -n "s/^0 2 \* \* \* root //p" /etc/cron.d/fivepoint | sed "s/\\\\%/%/g")
        rm /var/lib/fivepoint/night-?.db
        env -i PATH=/usr/bin:/bin sh -c "$night"
        [ "$(stat -c "%U %a" /var/lib/fivepoint/night-?.db)" = "fivepoint 600" ]
        # Settings with what a shell would take for its own.
        echo "FIVEPOINT_COPY_TO=sqlite:a&b\$c" >>/etc/fivepoint/settings
        printf "FIVEPOINT_LOG=\047text\047\nNO-NAME=1\nexport NO_NAME=1\n" >>/etc/fivepoint/settings
        printf "#!/bin/sh\nenv\n" >/usr/local/bin/fivepoint
        fivepoint-admin | grep -qxF "FIVEPOINT_COPY_TO=sqlite:a&b\$c"
        fivepoint-admin | grep -qx FIVEPOINT_LOG=text
    ' - "$scratch" >"$scratch/installed" 2>&1 || { cat "$scratch/installed"; failed "installing as docs/operating.md says"; }
    passed "installed as the page says: the commands work as the service's user"
fi
echo "files: passed"
