"""The write-ahead log of PostgreSQL, also what is left of it in segments that wait to be used again."""

import os
import re
import struct
import subprocess

from traces import contents

PAGE, SEGMENT = 8192, 16 * 1024 * 1024
LONG_HEAD = struct.Struct("<HHIQIIQII")
LINE = re.compile(
    r"rmgr: (?P<manager>\S+)\s+len \(rec/tot\):\s*\d+/\s*(?P<size>\d+), tx:\s*(?P<tx>\d+), lsn: (?P<high>[0-9A-F]+)/(?P<low>[0-9A-F]+),"
    r" prev \S+, desc: (?P<deed>\S+) (?P<rest>.*)"
)
BLOCK = re.compile(r"blkref #(\d+): rel (\S+) (?:fork \S+ )?blk (\d+)")
MOVED = (re.compile(r"(?:old_)?off: ?(\d+).*?new_off: (\d+)"), re.compile(r"off (\d+) .*?new off (\d+)"))


class Log:
    """All pages of the log that are in a folder, each at the place that it names itself."""

    def __init__(self, programs, folder, scratch):
        self.programs, self.scratch, self.segments = programs, scratch, {}
        os.makedirs(scratch, exist_ok=True)
        for name in os.listdir(scratch):
            os.remove(os.path.join(scratch, name))
        self.line, system = 1, (0, 0)
        for name, data in contents(folder, lambda path: re.fullmatch(r"[0-9A-F]{24}", os.path.basename(path))).items():
            for at in range(0, len(data), PAGE):
                magic, info, line, address, *_ = LONG_HEAD.unpack_from(data, at)
                if not magic or address % PAGE:
                    continue
                if info & 2:
                    system = (magic, LONG_HEAD.unpack_from(data, at)[6])
                segment = self.segments.setdefault(address // SEGMENT, {})
                # A page of the same place may be there twice, old and older; any will do.
                segment.setdefault(address % SEGMENT, data[at : at + PAGE])
        for number, pages in self.segments.items():
            head = LONG_HEAD.pack(system[0], 2, self.line, number * SEGMENT, 0, 0, system[1], SEGMENT, PAGE)
            with open(os.path.join(scratch, f"{self.line:08X}{number // 256:08X}{number % 256:08X}"), "wb") as out:
                out.truncate(SEGMENT)
                if 0 not in pages:
                    out.write(head)
                for offset, page in pages.items():
                    out.seek(offset)
                    out.write(page)

    def runs(self):
        """From where to where the log is whole."""
        places = sorted(number * SEGMENT + offset for number, pages in self.segments.items() for offset in pages)
        start = last = None
        for place in places:
            if last is None or place != last + PAGE:
                if start is not None:
                    yield start, last + PAGE
                start = place
            last = place
        if start is not None:
            yield start, last + PAGE

    def read(self, place, size):
        """The bytes of a record, without the heads of the pages that it crosses."""
        result = b""
        while len(result) < size:
            segment, offset = place // SEGMENT, place % SEGMENT
            page = self.segments.get(segment, {}).get(offset - offset % PAGE)
            if page is None:
                break
            within = offset % PAGE
            if within == 0:
                within = 40 if page[2] & 2 else 24
            result += page[within : within + size - len(result)]
            place += PAGE - place % PAGE
        return result

    def records(self):
        for start, end in self.runs():
            for line in self._dump(start, end):
                found = LINE.match(line)
                if found:
                    place = int(found["high"], 16) << 32 | int(found["low"], 16)
                    yield found, place

    def _dump(self, start, end):
        address = lambda place: f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"
        # The first page of a segment has the longer head, in which no record begins.
        command = [os.path.join(self.programs, "pg_waldump"), "-p", self.scratch, "-s", address(start), "-e", address(end)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.splitlines()

    def commits(self, serial_of, answers, tokens):
        """The transactions that last moved each link and that wrote each response: two tables of numbers."""
        links, responses, rows, counts = {}, {}, {}, {}
        hashes = re.compile(rb"\x23(.{16})(?=\x23)", re.S)
        for found, place in self.records():
            if found["manager"] not in ("Heap", "Heap2"):
                continue
            blocks = {int(number): (rel, int(block)) for number, rel, block in BLOCK.findall(found["rest"])}
            deed, tx = found["deed"].split("+")[0].rstrip(":"), int(found["tx"])
            if deed == "MULTI_INSERT":
                for match in hashes.finditer(self.read(place, int(found["size"]))):
                    if match.group(1) in serial_of:
                        counts[blocks[0]] = counts.get(blocks[0], 0) + 1
                        rows[blocks[0], counts[blocks[0]]] = serial_of[match.group(1)]
            elif deed in ("HOT_UPDATE", "UPDATE"):
                moved = next((moved for moved in (pattern.search(found["rest"]) for pattern in MOVED) if moved), None)
                old = blocks.get(1, blocks.get(0))
                if moved and (old, int(moved.group(1))) in rows:
                    serial = rows[old, int(moved.group(1))]
                    rows[blocks[0], int(moved.group(2))] = serial
                    links[serial] = tx
            elif deed == "INSERT":
                for match in answers.finditer(self.read(place, int(found["size"]))):
                    if match.group(1) in tokens:
                        responses.setdefault(match.group(1).decode(), tx)
        return links, responses
