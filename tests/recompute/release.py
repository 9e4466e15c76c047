"""Releases computed a second time, person by person, in exact fractions and long decimals.

    release.py golden FILE    checks the golden numbers of FILE
    release.py < CASE         prints what is different in the releases of a case, a line each

A case is JSON: the survey, its units, everybody with a link, the sample, the responses, and the releases that the
program made, each with its voided units, its document and its long CSV as text, or null where it was refused.
"""

import hashlib
import io
import json
import sys
from collections import Counter
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import longform
from estimates import Estimate
from hiding import CHANNELS, RESPONDENTS, SmallDifference, decide
from quantiles import t_975, wilson, z_975

MEASURES = ["weighted_score", "top2_percent", "top1_percent"]


class Tree:
    """Units, each below the one it belongs to, beside each other by code."""

    def __init__(self, units):
        self.units = {unit["code"]: unit for unit in units}
        self.codes = []
        self.sort(None)

    def sort(self, parent):
        for code in self.below(parent):
            self.codes.append(code)
            self.sort(code)

    def below(self, parent):
        return sorted(code for code, unit in self.units.items() if unit["parent"] == parent)

    def way_up(self, code):
        way = []
        while code is not None:
            way.append(code)
            code = self.units[code]["parent"]
        return way

    def stratum(self, code):
        """The unit below the top that stands above the people of a unit, or the top itself for people of its own."""
        return self.way_up(code)[-2:][0]


class Form:
    """A response: the position of the option of each question from 0, "dont_know", or None where it was left open."""

    def __init__(self, survey, response):
        codes = [option["code"] for option in survey["options"]]
        self.unit, self.respondent, self.channel = response["unit"], response["respondent"], response["channel"]
        self.answers = []
        for no in range(1, len(survey["questions"]) + 1):
            code = response["answers"].get(str(no))
            self.answers.append(None if code is None else codes.index(code) if code in codes else "dont_know")
        self.on_scale = [(no, answer) for no, answer in enumerate(self.answers) if isinstance(answer, int)]

    def pair(self, survey, measure):
        """y and x of a measure: points over weights, or answers with the best options over all answers."""
        if measure == "weighted_score":
            weight = [question["weight"] for question in survey["questions"]]
            points = [option["weight"] for option in survey["options"]]
            return sum(weight[no] * points[at] for no, at in self.on_scale), sum(weight[no] for no, _ in self.on_scale)
        best = 2 if measure == "top2_percent" else 1
        return sum(at < best for _, at in self.on_scale), len(self.on_scale)


class Asked:
    """Those with a link of a unit, or of several."""

    def __init__(self, people):
        state = Counter(person["state"] for person in people)
        known = Counter(person["disposition"] for person in people if person["state"] != "revoked")
        self.issued = len(people)
        self.returned = state["submitted"]
        self.declined, self.revoked, self.expired = state["declined"], state["revoked"], state["expired"]
        self.ineligible, self.non_contact = known["ineligible"], known["non_contact"]
        self.eligible = max(self.issued - self.revoked - self.ineligible, self.returned)


class Case:
    """Everything that the releases of a survey are made from."""

    def __init__(self, case):
        self.id, self.survey = case["id"], case["survey"]
        whole = Tree(case["units"])
        asked = {above for person in case["people"] for above in whole.way_up(person["unit"])}
        self.tree = Tree([unit for unit in case["units"] if unit["code"] in asked])
        self.people = case["people"]
        self.forms = [Form(self.survey, response) for response in case["responses"]]
        self.floor = self.survey["disclosure_floor"]
        self.sampled = self.survey["design"] != "everyone"
        self.strata = case["drawn"] or []
        if self.sampled and not self.strata:
            of_level = {code for code in whole.codes if whole.units[code]["parent"] and whole.stratum(code) == code}
            for code in sorted(of_level | {whole.stratum(person["unit"]) for person in self.people}):
                of_stratum = [person for person in self.people if whole.stratum(person["unit"]) == code]
                eligible = Asked(of_stratum).eligible
                self.strata.append({"unit": code, "people": eligible, "drawn": eligible})
        self.views = []

    # Figures.

    def round(self, number, places):
        """A fraction or a decimal at so many places, zeros kept."""
        if number is None:
            return None
        even = self.survey["rounding"] == "half_even"
        if isinstance(number, Fraction):
            scaled = abs(number) * 10**places
            whole, rest = divmod(scaled.numerator, scaled.denominator)
            up = 2 * rest > scaled.denominator or 2 * rest == scaled.denominator and (not even or whole % 2 == 1)
            whole += up
            number = Decimal(-whole if number < 0 else whole).scaleb(-places)
        mode = ROUND_HALF_EVEN if even else ROUND_HALF_UP
        return f"{number.quantize(Decimal(1).scaleb(-places), mode):f}"

    def percent(self, count, base):
        return self.round(Fraction(100 * count, base), 2) if base else None

    def measure(self, forms, measure):
        pairs = [form.pair(self.survey, measure) for form in forms]
        y, x = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        return Fraction(100 * y, x * self.full(measure)) if x else None

    @staticmethod
    def full(measure):
        return 1000 if measure == "weighted_score" else 1

    # The document.

    def release(self, number, voided):
        """The document of the release that leaves these units out, without what only the program can know."""
        survey = self.survey
        without = {line["unit"] for line in voided}
        in_base = [form for form in self.forms if form.on_scale]
        people = [(form.unit, form.respondent, form.channel) for form in in_base]
        answered = [(form.unit, {question for question, _ in form.on_scale}) for form in self.forms]
        self.view = decide(self.tree, people, answered, self.floor, without, self.views)
        self.voided = without
        self.valid = [form for form in self.forms if form.unit not in without]
        self.base = [form for form in in_base if form.unit not in without]
        shown = len(self.base) >= self.floor
        if shown:
            self.views.append(self.view)
        self.layers()
        asked = Asked(self.people)
        exact = {measure: self.measure(self.base, measure) if shown else None for measure in MEASURES}
        score, aim = exact["weighted_score"], exact[survey["measure"]]
        final = self.round(score, 8)
        document = {
            "survey": {
                "id": self.id,
                **{name: survey[name] for name in ["title", "table_title", "programme", "year", "organiser"]},
                **{name: survey[name] for name in ["time_zone", "design", "rounding", "disclosure_floor"]},
            },
            "number": number,
            "issued": asked.issued,
            "returned": asked.returned,
            "valid": len(self.valid),
            "scale": [
                {"code": option["code"], "label": option["label"], "weight_per_mille": option["weight"]}
                for option in survey["options"]
            ],
            "questions": [self.question(no) for no in range(len(survey["questions"]))] if shown else [],
            "total": self.total() if shown else None,
            "final_score": final and (final.rstrip("0").rstrip(".") if "." in final else final),
            "measures": {measure: self.round(exact[measure], 2) for measure in MEASURES},
            "target": {
                "measure": survey["measure"],
                "value": survey["target"],
                "met": None if aim is None else aim >= Fraction(survey["target"]),
            },
            "intervals": self.intervals(asked) if shown else None,
            "other_weights": self.other_weights() if shown else [],
            "groups": self.groups(),
            "response_rates": self.rates(asked),
            "strata": self.strata,
        }
        document["quality"] = self.quality(document["groups"]) if shown else None
        if voided:
            document["voided"] = voided
        if self.view.tells_all:
            document["with_voided"] = {name: self.round(self.measure(in_base, name), 2) for name in MEASURES}
        return document

    def counts(self, no=None):
        """How often each option was chosen, for one question or all."""
        all_answers = (pair for form in self.valid for pair in form.on_scale)
        return Counter(at for question, at in all_answers if no is None or question == no)

    def question(self, no):
        survey = self.survey
        question, counts = survey["questions"][no], self.counts(no)
        n = sum(counts.values())
        worth = Fraction(100 * question["weight"], sum(other["weight"] for other in survey["questions"]))
        cells = [worth * counts[at] * option["weight"] / 1000 for at, option in enumerate(survey["options"])]
        codes = [option["code"] for option in survey["options"]]
        said = [form.answers[no] for form in self.valid]
        return {
            "no": no + 1,
            "text": question["text"],
            "weight": question["weight"],
            "n": n,
            "dont_know": said.count("dont_know"),
            "skipped": said.count(None),
            "counts": {code: counts[at] for at, code in enumerate(codes)},
            "percent": {code: self.percent(counts[at], n) for at, code in enumerate(codes)},
            "score": {code: self.round(cells[at] / n, 2) if n else None for at, code in enumerate(codes)},
            "score_total": self.round(sum(cells) / n, 2) if n else None,
        }

    def total(self):
        survey, counts = self.survey, self.counts()
        n = sum(counts.values())
        per_question = [self.counts(no) for no in range(len(survey["questions"]))]
        weights = [question["weight"] for question in survey["questions"]]
        weighted_base = sum(weight * sum(of.values()) for weight, of in zip(weights, per_question))
        cells, codes = [], [option["code"] for option in survey["options"]]
        for at, option in enumerate(survey["options"]):
            points = sum(weight * of[at] for weight, of in zip(weights, per_question)) * option["weight"]
            cells.append(Fraction(points, 10 * weighted_base) if weighted_base else None)
        bases = [sum(of.values()) for of in per_question]
        differ = len(set(bases)) > 1
        own = None
        if differ and all(bases):
            points = [option["weight"] for option in survey["options"]]
            own = sum(
                Fraction(100 * weight, sum(weights)) * Fraction(sum(of[at] * points[at] for at in of), 1000 * base)
                for weight, of, base in zip(weights, per_question, bases)
            )
        return {
            "n": n,
            "counts": {code: counts[at] for at, code in enumerate(codes)},
            "percent": {code: self.percent(counts[at], n) for at, code in enumerate(codes)},
            "score": {code: self.round(cells[at], 2) for at, code in enumerate(codes)},
            "score_total": self.round(sum(cells), 2) if n else None,
            "bases_differ": differ,
            "sum_of_question_scores": self.round(own, 2),
        }

    def other_weights(self):
        best, second, middle, _, _ = (option["weight"] for option in self.survey["options"])
        lines = []
        for name, weights in [
            ("fifths", [1000, 800, 600, 400, 200]),
            ("quarters", [1000, 750, 500, 250, 0]),
            ("lowest", [best, second, middle, 0, 0]),
            ("highest", [best, second, middle, middle, middle]),
        ]:
            y = x = 0
            for form in self.base:
                for no, at in form.on_scale:
                    weight = self.survey["questions"][no]["weight"]
                    y, x = y + weight * weights[at], x + weight
            score = self.round(Fraction(y, 10 * x), 2)
            lines.append({"name": name, "weights_per_mille": weights, "weighted_score": score})
        return lines

    # Intervals.

    def layers(self):
        """The strata as they are estimated: those that are hidden are one, and with them the people above them."""
        people = {line["unit"]: line["people"] for line in self.strata}
        forms = {unit: [] for unit in people}
        for form in self.base:
            forms.setdefault(self.tree.stratum(form.unit), []).append(form)
        hidden = {unit for unit in forms if ("unit", unit) in self.view.hidden}
        above = {unit for unit in forms if unit in self.tree.below(None)}
        joined = {unit for unit in hidden | (above if hidden else set()) if forms[unit]}
        self.layer = {unit: "joined" if unit in joined else unit for unit in forms}
        self.layer_people, self.layer_forms = Counter(), {}
        for unit, name in self.layer.items():
            self.layer_people[name] += people.get(unit, 0)
            self.layer_forms.setdefault(name, []).extend(forms[unit])

    def intervals(self, asked):
        if self.sampled:
            people = sum(line["people"] for line in self.strata if line["drawn"])
            covered = [(self.layer_people[name], forms) for name, forms in self.layer_forms.items() if forms]
            counties = len(self.layer_forms) if self.survey["design"] == "clusters" else None
        else:
            people, counties = asked.eligible, None
            covered = [(people, self.base)]
        of = {}
        for measure in MEASURES:
            pairs = [(count, [form.pair(self.survey, measure) for form in forms]) for count, forms in covered]
            strata = [(count, len(group), group) for count, group in pairs]
            of[measure] = self.interval(measure, Estimate(strata, self.full(measure), counties))
        return {
            "level": "95",
            "people": people,
            "answered": len(self.base),
            "strata": len(covered),
            "coverage_percent": self.percent(sum(count for count, _ in covered), people),
            **of,
        }

    def interval(self, measure, estimate):
        told = {"estimate": self.round(estimate.value, 2), "low": None, "high": None}
        if estimate.reason:
            return {**told, "not_estimable": estimate.reason}
        low, high, error = estimate.score_interval() if measure == "weighted_score" else estimate.share_interval()
        exact = {
            "value": self.round(estimate.value, 8),
            "variance": self.round(estimate.variance, 12),
            "df": estimate.df,
        }
        told.update(low=self.round(low, 2), high=self.round(high, 2))
        return {**told, "standard_error": self.round(error, 2), "exact": exact}

    # Groups.

    def groups(self):
        groups = []
        for code in self.tree.codes:
            unit = self.tree.units[code]
            way = self.tree.way_up(code)
            asked = Asked([person for person in self.people if code in self.tree.way_up(person["unit"])])
            forms = [form for form in self.base if code in self.tree.way_up(form.unit)]
            voided = code in self.voided
            # Some answered, and nobody is in the base: they said nothing on the scale.
            silent = not forms and asked.returned and not voided
            few = 0 < asked.returned < self.floor
            tells = not (("unit", code) in self.view.hidden or few or silent)
            who = {
                "by": "unit",
                "unit": code,
                "name": unit["name"],
                "parent": unit["parent"],
                "level": unit["level"],
                "depth": len(way) - 1,
                "issued": asked.issued,
                "eligible": asked.eligible,
                "returned": asked.returned if tells else None,
                "response_rate": self.percent(asked.returned, asked.issued) if tells else None,
                "voided": voided,
            }
            groups.append(self.group(who, ("unit", code), forms, asked.eligible))
        for by, kinds in [("respondent", RESPONDENTS), ("channel", CHANNELS)]:
            for kind in kinds:
                forms = [form for form in self.base if getattr(form, by) == kind]
                groups.append(self.group({"by": by, "kind": kind}, (by, kind), forms, None))
        return groups

    def group(self, who, key, forms, eligible):
        if key in self.view.hidden:
            return {**who, "hidden": True, "n": None, "measures": None, "intervals": None}
        group = {**who, "hidden": False, "n": len(forms), "measures": None, "intervals": None}
        if not forms:
            return group
        group["measures"] = {measure: self.coded(self.measure(forms, measure)) for measure in MEASURES}
        group["intervals"] = {measure: self.group_interval(measure, key, forms, eligible) for measure in MEASURES}
        return group

    def coded(self, exact):
        figure = self.round(exact, 2)
        return {"100.00": "≥ 95", "0.00": "≤ 5"}.get(figure, figure)

    def group_interval(self, measure, key, forms, eligible):
        by, code = key
        if not self.sampled:
            people = eligible if by == "unit" else Asked(self.people).eligible
            beside = forms if by == "unit" else self.base
        else:
            name = self.layer.get(self.tree.stratum(code)) if by == "unit" else None
            people, beside = self.layer_people[name], self.layer_forms.get(name, [])
            # A group lies within a stratum, or is of several. The top is no stratum but for people of its own.
            if not set(map(id, forms)) <= set(map(id, beside)):
                return {"estimate": None, "low": None, "high": None, "not_estimable": "spans_strata"}
        shown = self.coded(self.measure(forms, measure))
        if shown in ("≥ 95", "≤ 5"):
            return {"estimate": shown, "low": None, "high": None}
        pairs = [form.pair(self.survey, measure) for form in forms]
        told = self.interval(measure, Estimate([(people, len(beside), pairs)], self.full(measure)))
        return {name: told[name] for name in told if name not in ("standard_error", "exact")}

    # How many answered, and what the forms look like.

    def rates(self, asked):
        questions = len(self.survey["questions"])
        partial = sum(5 * (questions - form.answers.count(None)) < 4 * questions for form in self.forms)
        names = ["issued", "ineligible", "non_contact", "declined", "revoked", "expired", "returned", "eligible"]
        return {
            **{name: getattr(asked, name) for name in names},
            "partial": partial,
            "returned_percent": self.percent(asked.returned, asked.issued),
            "valid_percent": self.percent(len(self.valid), asked.returned),
            "rr1": self.percent(asked.returned - partial, asked.eligible),
            "rr2": self.percent(asked.returned, asked.eligible),
            "partial_possible": not all(question["required"] for question in self.survey["questions"]),
        }

    def quality(self, groups):
        units = [group for group in groups if group["by"] == "unit"]
        parents = {group["parent"] for group in units}
        leaves = [group for group in units if group["unit"] not in parents]
        looked_at = [group["unit"] for group in leaves if not group["hidden"] and group["n"]]
        everywhere = signs(self.valid)
        flagged = 0
        for unit in looked_at:
            here = signs([form for form in self.valid if form.unit == unit])
            # Shares are compared as whole per cent, as the signs are shown.
            flagged += any(whole(one) >= whole(other) + 20 for one, other in zip(here, everywhere))
        identical, straight, _ = everywhere
        complete = [form for form in self.valid if len(form.on_scale) == len(form.answers)]
        return {
            # Of a few complete forms it would tell of these few.
            "alpha": None
            if len(complete) < self.floor
            else self.round(alpha([[5 - at for _, at in form.on_scale] for form in complete]), 2),
            "complete_forms": len(complete),
            "straight_percent": self.round(straight, 2),
            "identical_percent": self.round(identical, 2),
            "units_examined": len(looked_at),
            "units_flagged": flagged,
        }


def signs(forms):
    """Per cent of the forms that are the commonest one, that are one option all the way down, and that the staff
    helped with."""
    commonest = max(Counter(tuple(form.answers) for form in forms).values())
    straight = sum(
        len(form.answers) > 1 and len(form.on_scale) == len(form.answers) and len(set(form.answers)) == 1
        for form in forms
    )
    helped = sum(form.respondent == "helped_by_staff" for form in forms)
    return [Fraction(100 * count, len(forms)) for count in (commonest, straight, helped)]


def whole(fraction):
    return int(fraction + Fraction(1, 2))


def alpha(rows):
    """Cronbach's α; None with one question or form, or where all totals are the same."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return None

    def spread(numbers):
        mean = Fraction(sum(numbers), len(numbers))
        return sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)

    of_totals = spread([sum(row) for row in rows])
    if of_totals == 0:
        return None
    questions = len(rows[0])
    return Fraction(questions, questions - 1) * (1 - sum(spread(column) for column in zip(*rows)) / of_totals)


# Comparing.


def differences(expected, found, path):
    """What is different, a line for each place."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted({*expected, *found}):
            # A line of a CSV has several cells for a name.
            below = f"{path}.{name if isinstance(name, str) else ' '.join(filter(None, name))}"
            if name not in expected or name not in found:
                yield f"{below}: only {'expected' if name in expected else 'found'}"
            else:
                yield from differences(expected[name], found[name], below)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(expected, found)):
            yield from differences(one, other, f"{path}[{place}]")
    elif type(expected) is not type(found) or expected != found:
        yield f"{path}: expected {expected!r}, found {found!r}"


def compare(case):
    """Everything in which the program's releases differ from these."""
    computed = Case(case)
    number = 0
    for place, made in enumerate(case["releases"]):
        path = f"release {place + 1}"
        try:
            expected = computed.release(number + 1, made["voided"])
        except SmallDifference:
            if made["document"] is not None:
                yield f"{path}: has to be refused"
            continue
        if made["document"] is None:
            yield f"{path}: refused without need"
            continue
        number += 1
        document = json.loads(made["document"])
        digest = document.pop("sha256")
        canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(canonical.encode()).hexdigest() != digest:
            yield f"{path}: the digest is another"
        document["sha256"] = digest
        if json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) != made["document"]:
            yield f"{path}: not the canonical text"
        for only_there in ["sha256", "as_of", "audit", "method"]:
            expected[only_there] = document[only_there]
        yield from differences(expected, document, path)
        found = longform.read(made["csv"])
        if found is None:
            yield f"{path}: the CSV is no table of single figures"
        else:
            yield from differences(longform.of(expected), found, f"{path} as CSV")


# Golden numbers.


def golden(data):
    """What of the golden numbers is different."""

    def check(what, expected, found):
        places = -Decimal(expected).as_tuple().exponent
        found = found if isinstance(found, Decimal) else Decimal(found.numerator) / Decimal(found.denominator)
        if found.quantize(Decimal(1).scaleb(-places)) != Decimal(expected):
            yield f"{what}: expected {expected}, found {found:f}"

    def shares(rows):
        return [(row["N"], row["n"], [(int(place < row["yes"]), 1) for place in range(row["n"])]) for row in rows]

    for row in data["t_quantile"]:
        yield from check(f"t {row['df']}", row["t"], t_975(row["df"]))
    for row in data["plain_wilson_95"]:
        found = wilson(Decimal(row["x"]) / row["n"], Decimal(row["n"]), z_975())
        for bound, expected in zip(found, row["ci"]):
            yield from check(f"Wilson {row['x']} of {row['n']}", expected, bound)
    for row in data["cronbach_alpha"]:
        found = alpha(row["rows"])
        if found is None or row["alpha"] is None:
            if found is not row["alpha"]:
                yield f"alpha: expected {row['alpha']}, found {found}"
        else:
            yield from check("alpha", row["alpha"], found)
    mean = data["stratified_mean_fpc"]
    strata = []
    for stratum, people in mean["N"].items():
        own = [(Fraction(str(x)), 1) for x, of in zip(mean["x"], mean["stratum"]) if str(of) == stratum]
        strata.append((people, len(own), own))
    # 100·y/(full·x) is the mean itself.
    estimate = Estimate(strata, 100)
    yield from check("mean", mean["mean"], estimate.value)
    yield from check("its error", mean["se"], estimate.score_interval()[2])
    if estimate.df != mean["df"]:
        yield f"df of the mean: {estimate.df}"
    for name, rows, counties in [("stratified_proportion", "strata", None), ("two_stage_proportion", "counties", 14)]:
        share = data[name]
        estimate = Estimate(shares(share[rows]), 1, counties)
        low, high, error = estimate.share_interval()
        for what, found in [("p", estimate.value), ("se", error)]:
            yield from check(f"{name} {what}", share[what], found / 100)
        for bound, expected in zip((low, high), share["ci95_wilson"]):
            yield from check(f"{name} bound", expected, bound / 100)
        if estimate.df != share["df"]:
            yield f"df of {name}: {estimate.df}"


def main():
    if sys.argv[1:2] == ["golden"]:
        with open(sys.argv[2], encoding="utf-8") as file:
            found = list(golden(json.load(file)))
    else:
        found = list(compare(json.load(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"))))
    sys.stdout.buffer.write("".join(f"{line}\n" for line in found).encode())
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
