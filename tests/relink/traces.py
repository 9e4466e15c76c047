"""What bytes tell: where things lie in files, and in which order they came to lie there."""

import bisect
import os
import re

HEXADECIMAL = re.compile(rb"(?<![0-9A-Fa-f])([0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
REFERENCE = re.compile(rb"(ref-\d\d-\d{4})")
CODE = re.compile(rb"(?<![0-9A-Z-])([0-9A-Z]{20}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})(?![0-9A-Z-])")


def contents(folder, wanted=lambda path: True):
    """Every file below a folder."""
    files = {}
    for where, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(where, name)
            if os.path.isfile(path) and wanted(path):
                with open(path, "rb") as file:
                    files[os.path.relpath(path, folder)] = file.read()
    return files


def age_in_pages(pages):
    """How late each row came, from 0 to 1, as far as the pages show it.

    Each page is a list of (key, offset). New rows are put below the others, until the page is rewritten in the order
    of its keys: so the rows at the top that are in order are the oldest, and of each other nothing is known.
    """
    ages = {}
    for page in pages:
        rows = [key for key, _ in sorted(page, key=lambda row: -row[1])]
        sorted_rows = 1
        while sorted_rows < len(rows) and rows[sorted_rows] > rows[sorted_rows - 1]:
            sorted_rows += 1
        for place, key in enumerate(rows):
            ages[key] = (sorted_rows / 2 if place < sorted_rows else place + 0.5) / len(rows)
    return ages


def places(files, tokens, pattern):
    """Where each token lies that the pattern's first group finds: token -> [(file, offset)]."""
    found = {}
    for name, data in files.items():
        for match in pattern.finditer(data):
            if match.group(1) in tokens:
                found.setdefault(match.group(1), []).append((name, match.start(1)))
    return found


def near(links, responses, units):
    """For each pair of a unit the least distance in one file, if there is any: (serial, answers) -> closeness."""
    pairs = {}
    by_response = {}
    for answers, spots in responses.items():
        for name, at in spots:
            by_response.setdefault(answers, {}).setdefault(name, []).append(at)
    for serials, answers in units.values():
        for serial in serials:
            for response in answers:
                least = None
                for name, at in links.get(serial, ()):
                    offsets = by_response.get(response, {}).get(name)
                    if offsets:
                        place = bisect.bisect(offsets, at)
                        distance = min(abs(at - offset) for offset in offsets[max(0, place - 1) : place + 1])
                        least = distance if least is None else min(least, distance)
                if least is not None:
                    pairs[serial, response] = -least
    return pairs


def left(files, scene, sixteen, ids, salts):
    """How often something is there that leads to a link or to a response as it was: {what: {file: number}}."""
    hidden = {"link hashes": {link.hash for link in scene.links}, "ids of responses": ids, "salts": salts}
    found = {}
    for what, tokens in hidden.items():
        spelled = {token.hex().encode() for token in tokens}
        found[what] = [places(files, tokens, sixteen), places(files, spelled, HEXADECIMAL)]
    found["refs"] = [places(files, {link.reference.encode() for link in scene.links}, REFERENCE)]
    codes = {link.code.encode() for link in scene.links}
    found["codes"] = [places(files, codes | {code.replace(b"-", b"") for code in codes}, CODE)]
    counts = {}
    for what, all_spots in found.items():
        for name, _ in (spot for spots in all_spots for places_of_one in spots.values() for spot in places_of_one):
            counts.setdefault(what, {}).setdefault(name, 0)
            counts[what][name] += 1
    return counts
