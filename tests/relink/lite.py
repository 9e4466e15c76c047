"""What the files of an SQLite database tell: pages, cells, and the commits of the write-ahead log."""

import contextlib
import os
import re
import shutil
import sqlite3
import struct

from guess import Clue, Pairs
from traces import age_in_pages, contents, near, places

# Any 16 bytes: columns stand side by side, with nothing between them.
SIXTEEN = re.compile(rb"(?=(.{16}))", re.S)
RECEIPT = re.compile(rb"(?=([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}))")
ANSWERS = re.compile(rb"(?<![1-5])([1-5]{10})(?![1-5])")


def varint(data, at):
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + count + 1
    return value, at + 9


def record(data, at):
    """The columns of a record that starts there."""
    size, types_at = varint(data, at)
    end, body, columns = at + size, at + size, []
    while types_at < end:
        kind, types_at = varint(data, types_at)
        if kind >= 12:
            length = (kind - 12) // 2
            columns.append(data[body : body + length])
        else:
            length = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else 0
            columns.append({0: None, 8: 0, 9: 1}.get(kind, int.from_bytes(data[body : body + length], "big", signed=True)))
        body += length
    return columns


def rows(page, first=0):
    """The rows of a page: (offset, columns). Rows too long for their page are left out."""
    kind = page[first]
    if kind not in (0x02, 0x0A, 0x0D):
        return
    head = 12 if kind == 0x02 else 8
    count = struct.unpack_from(">H", page, first + 3)[0]
    for cell in range(count):
        offset = struct.unpack_from(">H", page, first + head + 2 * cell)[0]
        try:
            size, at = varint(page, offset + 4 if kind == 0x02 else offset)
            if kind == 0x0D:
                _, at = varint(page, at)
            if at + size <= len(page):
                yield offset, record(page, at)
        except (IndexError, struct.error):
            continue


def is_response(columns):
    return len(columns) == 6 and columns[4] in (b"web", b"paper") and isinstance(columns[5], bytes)


def is_link(columns):
    return len(columns) == 6 and columns[5] in (b"waiting", b"started", b"submitted", b"declined", b"revoked")


class Files:
    """The file of a database and what lies beside it, as a thief takes them."""

    def __init__(self, folder):
        self.files = contents(folder, lambda path: ".db" in os.path.basename(path))
        name = next(name for name in self.files if name.endswith(".db"))
        self.file = self.files[name]
        self.log = self.files.get(name + "-wal", b"")
        self.size = struct.unpack_from(">H", self.file, 16)[0]
        self.size = 65536 if self.size == 1 else self.size

    def pages(self):
        """The pages of the file alone."""
        for number in range(len(self.file) // self.size):
            page = self.file[number * self.size : (number + 1) * self.size]
            yield number + 1, page, 100 if number == 0 else 0

    def commits(self):
        """Every commit that the log holds, also of runs that are over: lists of (page, bytes)."""
        frames, at = [], 32
        while at + 24 + self.size <= len(self.log):
            page, after, salt = struct.unpack_from(">II8s", self.log, at)
            frames.append((salt, page, after, self.log[at + 24 : at + 24 + self.size]))
            at += 24 + self.size
        newest = frames[0][0] if frames else b""
        # What lies behind the newest run was left by an older one.
        frames = [frame for frame in frames if frame[0] != newest] + [frame for frame in frames if frame[0] == newest]
        commit = []
        for _, page, after, data in frames:
            commit.append((page, data))
            if after:
                yield commit
                commit = []


def clues(folder, scene):
    """What this attacker makes of the files."""
    files = Files(folder)
    serial_of = {link.hash: link.serial for link in scene.links}
    link_pages, response_pages = [], []
    for _, page, first in files.pages():
        ours, theirs = [], []
        for offset, columns in rows(page, first):
            if is_link(columns) and columns[0] in serial_of:
                ours.append((serial_of[columns[0]], offset))
            elif is_response(columns):
                theirs.append(((columns[1], columns[5].decode()), offset))
        link_pages.append(ours)
        response_pages.append(theirs)
    link_ages = age_in_pages(page for page in link_pages if page)
    response_ages = {answers: age for (_, answers), age in age_in_pages(page for page in response_pages if page).items()}
    known_order = {link.serial: link.turn for link in scene.answered}

    links, responses = {}, {}
    # A link's hash stands before its survey, its state after; a fixed beginning makes the search quick.
    hashes = re.compile(re.escape(scene.survey_bytes) + rb"(?<=(.{16}).{16})", re.S)
    done = re.compile(hashes.pattern + rb".{1,4}I\d\dsubmitted", re.S)
    for number, commit in enumerate(files.commits()):
        for _, page in commit:
            for match in done.finditer(page):
                if match.group(1) in serial_of:
                    links.setdefault(serial_of[match.group(1)], number)
            for match in ANSWERS.finditer(page):
                responses.setdefault(match.group(1).decode(), number)

    # To look everywhere takes long where the log is: there only rows of links are looked at.
    hashes = hashes if files.log else SIXTEEN
    link_spots = {serial_of[token]: spots for token, spots in places(files.files, set(serial_of), hashes).items()}
    tokens = {answers.encode() for _, answers in scene.units().values() for answers in answers}
    response_spots = {token.decode(): spots for token, spots in places(files.files, tokens, ANSWERS).items()}
    last = {answers: spots[-1] for answers, spots in response_spots.items()}
    words = {link.receipt.encode(): link.serial for link in scene.answered}
    receipts = {words[token]: spots[-1][1] for token, spots in places({"": files.file}, set(words), RECEIPT).items()}
    offsets = {answers: place for place, (answers, _) in enumerate(sorted(last.items(), key=lambda item: item[1]))}
    return [
        Clue("the log's commits", links, responses),
        Clue("places within pages, links and responses", link_ages, response_ages),
        Pairs("bytes close together in any file", near(link_spots, response_spots, scene.units())),
        Clue("order of answering (seen) and places within pages", known_order, response_ages, ranked=True),
        Clue("order of answering (seen) and bytes of the files", known_order, offsets, ranked=True),
        Clue("order of answering (seen) and the log's commits", known_order, responses, ranked=True),
        Clue("numbers of links and bytes of the files", {link.serial: link.serial for link in scene.links}, offsets, ranked=True),
        Clue("places of receipts and of responses", receipts, offsets, ranked=True),
    ]


class Lite:
    """The engine, as the attack drives it."""

    # The methods that must find most pairs while the program runs.
    OPEN = ("the log's commits", "order of answering (seen) and the log's commits")
    SEES = "order of answering (seen) and bytes of the files"
    OPEN_AGED = ()
    # Whether the files say nothing about single pairs once the program has ended.
    HIDES_ONCE_ENDED = True
    sixteen = SIXTEEN

    def __init__(self, folder):
        self.folder = os.path.join(folder, "data")
        os.mkdir(self.folder)
        self.path = os.path.join(self.folder, "fivepoint.db")
        self.url = f"sqlite:{self.path}"

    def age(self):
        """Nothing is put away."""

    def plant(self, pairs):
        with contextlib.closing(sqlite3.connect(self.path)) as database, database:
            database.execute("CREATE TABLE planted (link BLOB, answers TEXT)")
            database.executemany("INSERT INTO planted VALUES (?, ?)", pairs)

    @staticmethod
    def hides_once_closed(name):
        """The file tells nothing, and the log was emptied."""
        return bool(name)

    def query(self, text):
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:
            return database.execute(text).fetchall()

    def ask(self):
        """The tables say nothing that the file does not."""

    def take(self, folder):
        """Copies everything a thief finds."""
        shutil.copytree(self.folder, folder)

    def clues(self, folder, scene):
        return clues(folder, scene)

    def ids(self):
        return [bytes(row[0]) for row in self.query("SELECT id FROM response")]

    def salts(self):
        return [bytes(row[0]) for row in self.query("SELECT salt FROM survey WHERE salt IS NOT NULL")]

    def stop(self):
        """The engine runs with the program alone."""

    start = end = stop
