# A private, throw-away PostgreSQL cluster, sourced by tests/run:
#   postgres_find     prints the folder of the newest server programs, or fails
#   postgres_start    starts a cluster and exports FIVEPOINT_TEST_POSTGRES, its URL,
#                     and FIVEPOINT_TEST_PSQL, the psql that belongs to it
#   postgres_stop     stops it and removes its files; safe to call at any time
# shellcheck shell=bash

postgres_oldest=13 # the oldest major version the program supports
postgres_folder=
postgres_bin=
postgres_as=() # the command prefix that makes us the server's user

# The programs in PATH and Debian's versioned folders, newest first.
postgres_find() {
    local initdb folder version
    while read -r initdb; do
        folder=$(dirname "$(readlink -f "$initdb")")
        if ! [ -x "$folder/postgres" ] || ! [ -x "$folder/pg_ctl" ] || ! [ -x "$folder/psql" ]; then continue; fi
        version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        [ "$version" -lt "$postgres_oldest" ] || echo "$version $folder"
    done < <(type -aP initdb || true; ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null) | sort -rn | sed -n '1s/^[0-9]* //p' | grep .
}

# Runs a program of the server as its user, in a folder that user can read.
postgres_do() {
    local program=$1
    shift
    (cd "$postgres_folder" && "${postgres_as[@]}" "$postgres_bin/$program" "$@")
}

postgres_start() {
    local user port try log
    postgres_bin=$(postgres_find)
    postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/fivepoint-postgres.XXXXXX")
    if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
        if id postgres >/dev/null 2>&1; then user=postgres; else user=nobody; fi
        postgres_as=(runuser -u "$user" --)
        chown "$user" "$postgres_folder"
    fi
    log=$postgres_folder/log
    # Its superuser is "fivepoint". Durability stays on: only the making of the empty cluster skips its fsync.
    if ! postgres_do initdb --pgdata=data --username=fivepoint --auth=trust \
        --encoding=UTF8 --locale=C --no-sync >"$log.initdb" 2>&1; then
        cat "$log.initdb" >&2
        return 1
    fi
    cat >>"$postgres_folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$postgres_folder'
max_connections = 300
shared_buffers = 128MB
max_wal_size = 2GB
log_min_messages = warning
CONF
    # Only binding a port shows that it is free, so the server itself tries, below the range
    # from which the system takes the ports of outgoing connections.
    for try in {1..20}; do
        port=$((20000 + RANDOM % 12000))
        if postgres_do pg_ctl start --wait --silent --pgdata=data --log="$log" --options="-p $port" >/dev/null 2>&1; then
            export FIVEPOINT_TEST_POSTGRES=postgres://fivepoint@127.0.0.1:$port/postgres
            export FIVEPOINT_TEST_PSQL=$postgres_bin/psql
            return
        fi
        if [ "$try" = 20 ] || ! grep -q 'could not create any TCP/IP sockets' "$log"; then break; fi
        rm -f "$log"
    done
    echo "tests/run: PostgreSQL did not start:" >&2
    cat "$log" >&2
    return 1
}

postgres_stop() {
    [ -n "$postgres_folder" ] || return 0
    # Immediate: the data is thrown away, and a client that hangs must not hold us up.
    if [ -f "$postgres_folder/data/postmaster.pid" ]; then
        postgres_do pg_ctl stop --wait --silent --mode=immediate --pgdata=data >/dev/null || true
    fi
    rm -rf "$postgres_folder"
    postgres_folder=
}
