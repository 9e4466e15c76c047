"""Which groups a release may tell apart, after the releases before it."""

from itertools import combinations

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


def decide(tree, people, floor, voided, before):
    """The view of a further release that leaves these units out; `before` are the views of those that told figures."""
    new = View(voided, alone(tree, people, floor, voided))
    if not units_hold(tree, people, floor, [*before, new]):
        raise SmallDifference
    left_out = sum(person[0] in voided for person in people)
    if left_out >= floor and len(people) - left_out >= floor:
        new.tells_all = units_hold(tree, people, floor, [*before, View(voided, new.hidden, True)])
    for by, kinds in KINDS:
        if not kinds_hold(tree, people, floor, [*before, new], by):
            new.hidden = new.hidden | {(by, kind) for kind in kinds}
    return new


def units_hold(tree, people, floor, views):
    """Whether people whom no group of units of any release tells apart are enough, or everybody of whom is told."""
    blocks = {}
    for unit, _, _ in people:
        seen = tuple(view.unit(tree, unit) for view in views)
        if any(view.tells_all for view in views) or set(seen) != {VOIDED}:
            blocks[seen] = blocks.get(seen, 0) + 1
    return len(blocks) <= 1 or min(blocks.values()) >= floor


def kinds_hold(tree, people, floor, views, by):
    """Whether a dimension that cuts across the units leaves nothing of a few people over."""
    tells_all = any(view.tells_all for view in views)

    def seen(person, by):
        kind = person[1] if by == "respondent" else person[2]
        return tuple(view.kind(person[0], by, kind) for view in views)

    told = [person for person in people if tells_all or set(seen(person, by)) != {VOIDED}]
    across = [lambda person: tuple(view.unit(tree, person[0]) for view in views)]
    if by == "channel":
        across.append(lambda person: seen(person, "respondent"))
    return all(leaves_enough([(block(person), seen(person, by)) for person in told], floor) for block in across)


def leaves_enough(people, floor):
    """For every union of classes of (block, class): its people, and those of them whose block does not lie wholly
    within it, are nobody or enough."""
    classes = sorted({of_class for _, of_class in people})
    for count in range(1, len(classes) + 1):
        for union in combinations(classes, count):
            within = [block for block, of_class in people if of_class in union]
            cut = {block for block, of_class in people if of_class not in union}
            left = sum(block in cut for block in within)
            if len(within) < floor or 0 < left < floor:
                return False
    return True
