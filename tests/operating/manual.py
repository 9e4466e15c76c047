"""The commands of docs/operating.md, run as they stand, from top to bottom, in one shell and an empty folder.

A block `sh` is run, and the lines of a `text` block after it are looked for in what it printed, where … is anything. A
block `sh postgres` needs a server of its own, which it stops and starts: it is run with --server, by tests/run
--operating. What a block is not run for is named here, and the page has no other.

Needs FIVEPOINT_BIN, FIVEPOINT_TEST_POSTGRES and FIVEPOINT_TEST_PSQL, as tests/run has them.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../../docs/operating.md")
# Docker's daemon (tests/fresh/compose has one), a running systemd, a mistake that was made before.
NOT_RUN = {"sh docker": 12, "sh systemd": 8, "sh by-hand": 4}


def blocks():
    """The fenced blocks: what each is, its line, its text."""
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    for found in re.finditer(r"^```(.*)\n((?:.*\n)*?)```$", text, re.M):
        yield found.group(1), text.count("\n", 0, found.start()) + 1, found.group(2)


def script(with_server, out):
    """The shell script, and what has to be in which file of `out` afterwards."""
    lines, expected, counted, last = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"], [], {}, None
    for kind, line, text in blocks():
        if kind == "sh" or (kind == "sh postgres" and with_server):
            last = os.path.join(out, str(line))
            lines += [f"exec >{last} 2>&1", f"# docs/operating.md, line {line}", text]
        elif kind == "text" and last:
            expected.append((last, line, text.splitlines()))
        elif kind in NOT_RUN:
            counted[kind] = counted.get(kind, 0) + 1
            last = None
        elif kind != "sh postgres":
            sys.exit(f"docs/operating.md:{line}: a block of an unknown kind: {kind}")
    if counted != NOT_RUN:
        sys.exit(f"docs/operating.md: blocks that are not run: {counted}, and not {NOT_RUN}")
    return "\n".join(lines), expected


def settings(program):
    """Every setting of the program is in its table or in that of the messages, and no other is."""
    helped = set()
    for command in (["serve"], ["copy"]):
        text = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout
        helped |= set(re.findall(r"\[env: (FIVEPOINT_\w+)=?", text))
    told = set()
    for page in (PAGE, os.path.join(HERE, "../../docs/reminders.md")):
        with open(page, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("| `FIVEPOINT_"):
                    names = re.findall(r"`(FIVEPOINT_\w+|…\w+)`", line.split("|")[1])
                    told |= {names[0] + name[1:] if name.startswith("…") else name for name in names}
    if told != helped or len(told) < 12:
        sys.exit(f"docs/operating.md: settings not in its table: {sorted(helped - told)}; of its own: {sorted(told - helped)}")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def as_server():
    """The command prefix of the user that may run a PostgreSQL server."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
    return ["runuser", "-u", user, "--"]


def server(folder, env, prefix):
    """A server of its own in `folder`, running."""
    port = free_port()
    data = os.path.join(folder, "server")
    quiet = {"env": env, "check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    initdb = ["initdb", "-D", data, "--username=administrator", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run([*prefix, *initdb], **quiet)
    with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as conf:
        conf.write(f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n")
    env["PGDATA"] = data
    subprocess.run([*prefix, "pg_ctl", "start", "--silent", "--wait", f"--log={folder}/log"], **quiet)
    return f"postgres://administrator@127.0.0.1:{port}/postgres"


def main():
    with_server = "--server" in sys.argv[1:]
    settings(os.environ["FIVEPOINT_BIN"])
    psql = os.environ["FIVEPOINT_TEST_PSQL"]
    prefix = as_server() if with_server else []
    with tempfile.TemporaryDirectory(prefix="fivepoint-manual-", ignore_cleanup_errors=True) as top:
        work, programs, out = (os.path.join(top, name) for name in ("work", "programs", "out"))
        for folder in (work, programs, out):
            os.mkdir(folder)
        # A copy, as the server's user may not be able to reach the original.
        shutil.copy(os.environ["FIVEPOINT_BIN"], os.path.join(programs, "fivepoint"))
        listen = f"127.0.0.1:{free_port()}"
        env = dict(os.environ, PATH=f"{programs}:{os.path.dirname(psql)}:{os.environ['PATH']}", FIVEPOINT_LISTEN=listen)
        if prefix:
            subprocess.run(["chown", "-R", prefix[2], top], check=True)
            env["HOME"] = work
        url = server(work, env, prefix) if with_server else os.environ["FIVEPOINT_TEST_POSTGRES"]
        names = ["fivepoint", "trial"] if with_server else [f"manual_{os.getpid()}", f"manual_trial_{os.getpid()}"]
        if with_server:
            # The program's role owns its databases and no more, as the page asks.
            own = ["CREATE ROLE fivepoint LOGIN", "GRANT pg_monitor TO fivepoint"]
            subprocess.run([psql, "-q", *(word for command in own for word in ("-c", command)), url], check=True)
        for name in names:
            owner = " OWNER fivepoint" if with_server else ""
            subprocess.run([psql, "-q", "-c", f"CREATE DATABASE {name}{owner}", url], check=True)
        base = url.rsplit("/", 1)[0].replace("administrator@", "fivepoint@")
        env.update(SERVER=url, DATABASE=f"{base}/{names[0]}", TRIAL=f"{base}/{names[1]}")
        if with_server:
            grant = "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO fivepoint"
            subprocess.run([psql, "-q", "-c", grant, f"{url.rsplit('/', 1)[0]}/{names[0]}"], check=True)
        text, expected = script(with_server, out)
        text = text.replace("127.0.0.1:8080", listen)
        try:
            done = subprocess.run([*prefix, "timeout", "300", "bash", "-c", text], cwd=work, env=env, stdin=subprocess.DEVNULL)
            if done.returncode:
                last = max(os.listdir(out), key=int)
                with open(os.path.join(out, last), encoding="utf-8") as said:
                    sys.exit(f"docs/operating.md: the block at line {last} ended with {done.returncode}:\n{said.read()}")
            for file, line, wanted in expected:
                with open(file, encoding="utf-8") as said:
                    printed = said.read()
                for each in wanted:
                    if not re.search(".*".join(map(re.escape, each.split("…"))), printed):
                        sys.exit(f"docs/operating.md:{line}: “{each}” is not in what was printed:\n{printed}")
        finally:
            for data in ("base", "server") if with_server else ():
                if os.path.exists(os.path.join(work, data, "postmaster.pid")):
                    stop = ["pg_ctl", "stop", "--silent", "--mode=immediate", "-D", os.path.join(work, data)]
                    subprocess.run([*prefix, *stop], env=env, cwd=work)
            if not with_server:
                for name in names:
                    subprocess.run([psql, "-q", "-c", f"DROP DATABASE {name} WITH (FORCE)", url])
        print(f"manual: {len(os.listdir(out))} blocks of docs/operating.md run, {len(expected)} printed what the page says")


if __name__ == "__main__":
    main()
