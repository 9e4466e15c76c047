"""What the files and the catalogue of a PostgreSQL cluster tell: rows, dead rows, indexes, the write-ahead log."""

import os
import pwd
import re
import shutil
import socket
import struct
import subprocess

import waldump
from guess import Clue, Pairs
from traces import age_in_pages, contents, near, places

PAGE = 8192
# A response as it lies in a row: survey, id, unit, respondent, channel, answers, each with its length before it.
RESPONSE = re.compile(rb"\x23.{16}\x23(.{16})[\x03-\xff](?:I\d\d|D\d|C)[\x03-\xff][a-z_]{4,16}[\x03-\xff](?:web|paper)\x17([1-5]{10})", re.S)
# 16 bytes of a column, with the short length that rows and indexes have, or the long one of lists.
SIXTEEN = re.compile(rb"(?:\x23|\x50\x00\x00\x00)(?=(.{16}))", re.S)
ANSWERS = re.compile(rb"(?:\x17|\x38\x00\x00\x00)([1-5]{10})")
# Before a row's first column lies its head: xmin, xmax, and more.
HEAD = 24


def row_times(files, serial_of):
    """The transactions that the heads of rows name, dead rows and what is left in free space too."""
    links, responses = {}, {}
    for name, data in files.items():
        for match in RESPONSE.finditer(data):
            if match.start() >= HEAD:
                xmin = struct.unpack_from("<I", data, match.start() - HEAD)[0]
                answers = match.group(2).decode()
                responses[answers] = min(xmin, responses.get(answers, xmin))
    for token, spots in places(files, set(serial_of), SIXTEEN).items():
        for name, at in spots:
            start = at - 1 - HEAD
            page = at - at % PAGE
            if start < page or struct.unpack_from("<H", files[name], page + 16)[0] != PAGE:
                continue
            xmin, xmax = struct.unpack_from("<II", files[name], start)
            serial = serial_of[token]
            # The newest version has the last xmin, an older one the xmax that ended it.
            latest = max(xmin, xmax)
            links[serial] = max(latest, links.get(serial, 0))
    return links, responses


def index_pages(files, answers_of):
    """The places of responses' ids in the pages of indexes."""
    found = {}
    for token, spots in places(files, set(answers_of), SIXTEEN).items():
        for name, at in spots:
            page = (name, at // PAGE)
            special = struct.unpack_from("<H", files[name], page[1] * PAGE + 16)[0]
            if special == PAGE - 16:
                found.setdefault(page, []).append(((token, answers_of[token]), at % PAGE))
    return found.values()


def clues(cluster, folder, scene, asked):
    """What this attacker makes of the files; `asked` is what the catalogue and the tables said when asked."""
    data = contents(folder, lambda path: os.path.basename(path) != "postmaster.pid")
    tables = {name: bytes for name, bytes in data.items() if name.startswith("base/")}
    serial_of = {link.hash: link.serial for link in scene.links}
    order = {link.serial: link.turn for link in scene.answered}
    tokens = {answers.encode() for _, answers in scene.units().values() for answers in answers}

    link_rows, link_spots, response_rows, response_spots, answers_of = {}, {}, {}, {}, {}
    for hash, xmin, block, place in asked["links"]:
        if hash in serial_of:
            link_rows[serial_of[hash]], link_spots[serial_of[hash]] = xmin, block * 300 + place
    for id, answers, xmin, block, place in asked["responses"]:
        response_rows[answers], response_spots[answers] = xmin, block * 300 + place
        answers_of[id] = answers
    link_heads, response_heads = row_times(tables, serial_of)
    log = waldump.Log(cluster.programs, os.path.join(folder, "pg_wal"), os.path.join(cluster.folder, "waldump"))
    link_log, response_log = log.commits(serial_of, ANSWERS, tokens)
    link_places = {serial_of[token]: spots for token, spots in places(data, set(serial_of), SIXTEEN).items()}
    response_places = {token.decode(): spots for token, spots in places(data, tokens, ANSWERS).items()}
    in_tables = {
        answers: min(spot for spot in spots if spot[0].startswith("base/"))
        for answers, spots in response_places.items()
        if any(name.startswith("base/") for name, _ in spots)
    }
    offsets = {answers: place for place, answers in enumerate(sorted(in_tables, key=in_tables.get))}
    in_log = {
        answers: min((name, at) for name, at in spots if name.startswith("pg_wal/"))
        for answers, spots in response_places.items()
        if any(name.startswith("pg_wal/") for name, _ in spots)
    }
    written = {answers: place for place, answers in enumerate(sorted(in_log, key=in_log.get))}
    ages = {answers: age for (_, answers), age in age_in_pages(index_pages(tables, answers_of)).items()}
    receipts = {link.serial: asked["receipts"][link.receipt] for link in scene.answered if link.receipt in asked["receipts"]}
    serials = {link.serial: link.serial for link in scene.links}
    return [
        Clue("transactions of live rows (xmin), by query", link_rows, response_rows),
        Clue("transactions in the heads of rows, dead ones too", link_heads, response_heads),
        Clue("transactions of the write-ahead log", link_log, response_log),
        Clue("places of live rows (ctid), by query", link_spots, response_spots, ranked=True),
        Pairs("bytes close together in any file", near(link_places, response_places, scene.units())),
        Clue("order of answering (seen) and xmin", order, response_rows, ranked=True),
        Clue("order of answering (seen) and ctid", order, response_spots, ranked=True),
        Clue("order of answering (seen) and bytes of the tables", order, offsets, ranked=True),
        Clue("order of answering (seen) and places within index pages", order, ages, ranked=True),
        Clue("order of answering (seen) and bytes of the log", order, written, ranked=True),
        Clue("numbers of links and ctid", serials, response_spots, ranked=True),
        Clue("places of receipts and of responses", receipts, response_spots, ranked=True),
    ]


class Cluster:
    """A PostgreSQL of this attack's own, as it comes, so that it may be stopped and taken apart."""

    # The methods that must find most pairs while the program runs.
    OPEN = (
        "transactions of live rows (xmin), by query",
        "transactions in the heads of rows, dead ones too",
        "transactions of the write-ahead log",
    )
    SEES = "order of answering (seen) and bytes of the tables"
    OPEN_AGED = ("transactions of the write-ahead log",)
    # Whether the files say nothing about single pairs once the program has ended.
    HIDES_ONCE_ENDED = False
    sixteen = SIXTEEN

    def __init__(self, folder, programs):
        self.programs, self.folder = programs, os.path.join(folder, "cluster")
        self.data = os.path.join(self.folder, "data")
        os.mkdir(self.folder)
        self.user = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            name = next(user.pw_name for user in sorted(pwd.getpwall(), key=lambda user: user.pw_name != "postgres")
                        if user.pw_name in ("postgres", "nobody"))
            os.chmod(folder, 0o755)
            shutil.chown(self.folder, name)
            self.user = ["runuser", "-u", name, "--"]
        self._do("initdb", "--pgdata=data", "--username=fivepoint", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as settings:
            settings.write(f"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\n")
        self.start()

    def _do(self, program, *arguments):
        done = subprocess.run(
            [*self.user, os.path.join(self.programs, program), *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def start(self):
        for _ in range(20):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            try:
                # Its output goes to a file: it would hold ours open.
                self._do("pg_ctl", "start", "--wait", "--silent", "--pgdata=data", "--log=log", f"--options=-p {port}")
            except RuntimeError:
                continue
            self.url = f"postgres://fivepoint@127.0.0.1:{port}/postgres"
            return
        raise RuntimeError("PostgreSQL did not start")

    def stop(self):
        self._do("pg_ctl", "stop", "--wait", "--silent", "--mode=fast", "--pgdata=data")

    def running(self):
        return os.path.exists(os.path.join(self.data, "postmaster.pid"))

    def end(self):
        if self.running():
            self._do("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate", "--pgdata=data")

    def age(self):
        """What time does: the part of the log with the answers is complete, and put away to be used again."""
        self.query("SELECT pg_switch_wal()")
        self.query("CHECKPOINT")

    def plant(self, pairs):
        rows = ",".join(f"('\\x{hash.hex()}', '{answers}')" for hash, answers in pairs)
        self.query(f"CREATE TABLE planted (link bytea, answers text); INSERT INTO planted VALUES {rows}")

    @staticmethod
    def hides_once_closed(name):
        """The live rows tell nothing; dead ones, indexes and the log do."""
        return name.endswith(("by query", "xmin", "ctid"))

    def query(self, text):
        command = [os.path.join(self.programs, "psql"), "--no-psqlrc", "--quiet", "-At", "-F\t", "--set=ON_ERROR_STOP=1"]
        done = subprocess.run([*command, "--dbname", self.url, "--command", text], capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def ask(self):
        """What the tables themselves say, while the server runs."""
        place = "xmin, (ctid::text::point)[0]::int, (ctid::text::point)[1]::int"
        links = self.query(f"SELECT encode(hash, 'hex'), {place} FROM link")
        responses = self.query(f"SELECT encode(id, 'hex'), answers, {place} FROM response")
        receipts = []
        if self.query("SELECT to_regclass('receipt')")[0][0]:
            receipts = self.query("SELECT words, (ctid::text::point)[0]::int, (ctid::text::point)[1]::int FROM receipt")
        self.asked = {
            "receipts": {words: int(block) * 300 + int(place) for words, block, place in receipts},
            "links": [(bytes.fromhex(hash), *map(int, rest)) for hash, *rest in links],
            "responses": [(bytes.fromhex(id), answers, *map(int, rest)) for id, answers, *rest in responses],
        }

    def take(self, folder):
        """Copies everything a thief finds who comes when the server has done what it does by itself every few minutes.

        Only the databases that nobody ever wrote to are left out.
        """
        if self.running():
            self.query("ANALYZE")
            self.query("CHECKPOINT")

        def copy(source, target):
            try:
                shutil.copyfile(source, target)
            except FileNotFoundError:
                pass
        templates = lambda where, names: {"1", "4"} & set(names) if os.path.basename(where) == "base" else ()
        shutil.copytree(self.data, folder, copy_function=copy, ignore=templates, ignore_dangling_symlinks=True)
        log = os.path.join(self.folder, "log")
        shutil.copyfile(log, os.path.join(folder, "server.log"))

    def clues(self, folder, scene):
        return clues(self, folder, scene, self.asked)

    def ids(self):
        return [id for id, *_ in self.asked["responses"]]

    def salts(self):
        return [bytes.fromhex(row[0]) for row in self.query("SELECT encode(salt, 'hex') FROM survey WHERE salt IS NOT NULL")]
