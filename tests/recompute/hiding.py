"""Which groups a release may tell apart, after the releases before it."""

from fractions import Fraction

RESPONDENTS = ["self", "helped_by_family", "helped_by_staff", "guardian"]
CHANNELS = ["web", "paper"]
KINDS = [("respondent", RESPONDENTS), ("channel", CHANNELS)]
VOIDED, REST = ("voided",), ("rest",)


class SmallDifference(Exception):
    """Such a release would differ from one before by a few people."""


class View:
    """What a release tells apart: which units it leaves out, which groups it hides, whether it tells of all forms."""

    def __init__(self, voided, hidden, tells_all=False):
        self.voided, self.hidden, self.tells_all = voided, hidden, tells_all

    def unit(self, tree, code):
        """The smallest shown group of units in which somebody of that unit is."""
        if code in self.voided:
            return VOIDED
        shown = [above for above in tree.way_up(code) if ("unit", above) not in self.hidden]
        return ("unit", shown[0]) if shown else REST

    def kind(self, code, by, kind):
        if code in self.voided:
            return VOIDED
        return REST if (by, kind) in self.hidden else (by, kind)


def complementary(bases, floor):
    """Of groups beside each other: those with too few people, and then the smallest of the others until there are two
    with enough people between them. Nobody's groups do not count."""
    hidden = {place for place, base in enumerate(bases) if 0 < base < floor}
    rest = sorted((place for place, base in enumerate(bases) if base >= floor), key=lambda place: (bases[place], place))
    while hidden and rest and (len(hidden) < 2 or sum(bases[place] for place in hidden) < floor):
        hidden.add(rest.pop(0))
    return hidden


def alone(tree, people, floor, voided):
    """What a release hides that stands alone. `people` are unit, respondent and channel of everybody in the base."""
    counted = [person for person in people if person[0] not in voided]
    if len(counted) < floor:
        every = {("unit", code) for code in tree.codes}
        return every | {(by, kind) for by, kinds in KINDS for kind in kinds}
    hidden = set()
    for by, kinds in KINDS:
        place = 1 if by == "respondent" else 2
        bases = [sum(person[place] == kind for person in counted) for kind in kinds]
        hidden |= {(by, kinds[found]) for found in complementary(bases, floor)}

    def base(code):
        return sum(code in tree.way_up(person[0]) for person in counted)

    def hide_below(parent):
        """The people of the parent itself are one more group beside the units below it."""
        below = tree.below(parent)
        bases = [base(code) for code in below] + [sum(person[0] == parent for person in counted)]
        found = complementary(bases, floor)
        for place, code in enumerate(below):
            if place in found:
                for inner in tree.codes:
                    if code in tree.way_up(inner) and base(inner):
                        hidden.add(("unit", inner))
            else:
                hide_below(code)

    hide_below(None)
    return hidden


def decide(tree, people, forms, floor, voided, before):
    """The view of a further release that leaves these units out; `before` are the views of those that told figures.
    `forms` are all forms, each as its unit and the questions that it answers on the scale."""
    new = View(voided, alone(tree, people, floor, voided))
    if not units_hold(tree, people, floor, [*before, new]) or not forms_hold(forms, floor, [*before, new]):
        raise SmallDifference
    left_out = sum(person[0] in voided for person in people)
    if left_out >= floor and len(people) - left_out >= floor:
        new.tells_all = units_hold(tree, people, floor, [*before, View(voided, new.hidden, True)])
    alone_hidden = new.hidden
    for dimensions in [[], ["channel"], ["respondent"], ["respondent", "channel"]]:
        new.hidden = alone_hidden | {(by, kind) for by, kinds in KINDS if by in dimensions for kind in kinds}
        if kinds_hold(tree, people, floor, [*before, new]):
            return new
    raise SmallDifference


def units_hold(tree, people, floor, views):
    """Whether people whom no group of units of any release tells apart are enough, or everybody of whom is told."""
    blocks = {}
    for unit, _, _ in people:
        seen = tuple(view.unit(tree, unit) for view in views)
        if any(view.tells_all for view in views) or set(seen) != {VOIDED}:
            blocks[seen] = blocks.get(seen, 0) + 1
    return len(blocks) <= 1 or min(blocks.values()) >= floor


def forms_hold(forms, floor, views):
    """Whether what only some releases count is enough forms, and nobody's or enough people's answers to each question;
    and whether what all count is enough forms, where there is more."""
    blocks = {}
    for unit, questions in forms:
        blocks.setdefault(tuple(unit in view.voided for view in views), []).append(questions)
    blocks.pop((True,) * len(views), None)
    if len(blocks) <= 1:
        return True
    for voided, answered in blocks.items():
        counts = [sum(question in questions for questions in answered) for question in set().union(*answered)]
        if len(answered) < floor or (any(voided) and min(counts, default=floor) < floor):
            return False
    return True


def kinds_hold(tree, people, floor, views):
    """Whether nothing that cuts across the units leaves a few people over. What releases count different units of is
    looked at apart."""

    def telling(by, kinds):
        return [view for view in views if not all((by, kind) in view.hidden for kind in kinds)]

    of_respondents, of_channels = (telling(by, kinds) for by, kinds in KINDS)
    patterns = {}
    for unit, respondent, channel in people:
        kind = tuple(view.kind(unit, "respondent", respondent) for view in of_respondents)
        way = tuple(view.kind(unit, "channel", channel) for view in of_channels)
        pattern = tuple(tuple(unit in view.voided for view in of) for of in (of_respondents, of_channels))
        block = tuple(view.unit(tree, unit) for view in views)
        cells = patterns.setdefault(pattern, {}).setdefault(block, {})
        cells[kind, way] = cells.get((kind, way), 0) + 1
    return all(cuts_hold(list(blocks.values()), floor) for blocks in patterns.values())


def cuts_hold(blocks, floor):
    """Whether nobody or enough people are cut off blocks by every g(kind) + h(way) that has one value, or two that
    differ by 1, in each block; those of the higher value are cut off.

    With two ways at most only their difference counts. Where blocks settle it, they do so in a circle of kinds: as a
    sum of at most four steps of -1, 0 or 1, divided by the times that it was passed. A kind that shares a block with
    another is one step away from it."""
    kinds = sorted({kind for block in blocks for kind, _ in block})
    ways = sorted({way for block in blocks for _, way in block})
    steps = {Fraction(above, below) for below in range(1, 5) for above in range(-4, 5)} if len(ways) > 1 else {0}

    def sums(g, h):
        """All g that can be, a kind at a time."""
        left = [kind for kind in kinds if kind not in g]
        if not left:
            yield g
            return
        for block in blocks:
            for kind, way in block:
                known = [(other, by) for other, by in block if other in g]
                if kind in left and known:
                    other, by = known[0]
                    for step in (-1, 0, 1):
                        yield from sums({**g, kind: g[other] + h[by] - h[way] + step}, h)
                    return
        yield from sums({**g, left[0]: 0}, h)

    for step in steps:
        h = dict(zip(ways, (0, step)))
        for g in sums({}, h):
            cut = 0
            for block in blocks:
                values = {(kind, way): g[kind] + h[way] for kind, way in block}
                low, high = min(values.values()), max(values.values())
                if any(value not in (low, low + 1) for value in values.values()):
                    break
                if low < high:
                    cut += sum(block[cell] for cell, value in values.items() if value == high)
            else:
                if 0 < cut < floor:
                    return False
    return True
