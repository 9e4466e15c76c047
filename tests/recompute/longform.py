"""The long CSV of a release, as a table of what every value is of."""

import csv
import io

COLUMNS = ["section", "group_by", "unit", "kind", "question", "option", "measure", "figure", "value"]
MEASURES = ["weighted_score", "top2_percent", "top1_percent"]


def read(text):
    """Values by the other cells of their line; None where it is no such file."""
    if not text.startswith("\ufeff"):
        return None
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    values = {tuple(row[:-1]): row[-1] for row in rows[1:]}
    return values if rows[0] == COLUMNS and len(values) == len(rows) - 1 else None


def written(value):
    """A value as it stands in a cell."""
    if value is None:
        return "—"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def of(document):
    """What has to stand in the file of a document."""
    values = {}

    def add(section, figure, value, **where):
        key = {**dict.fromkeys(COLUMNS[:-1], ""), "section": section, "figure": figure, **where}
        values[tuple(str(key[name]) for name in COLUMNS[:-1])] = written(value)

    def add_all(section, table, names=None, **where):
        for name in names or table:
            add(section, name, table[name], **where)

    def add_intervals(section, intervals, **where):
        for measure in MEASURES:
            interval = (intervals or {}).get(measure) or {}
            for name in ["estimate", "low", "high"]:
                add(section, name, interval.get(name), measure=measure, **where)
            for name in ["standard_error", "not_estimable"]:
                if name in interval:
                    add(section, name, interval[name], measure=measure, **where)
            for name, value in interval.get("exact", {}).items():
                add(section, f"exact_{name}", value, measure=measure, **where)

    def add_measures(section, measures, **where):
        for measure in MEASURES:
            add(section, "value", (measures or {}).get(measure), measure=measure, **where)

    def add_block(section, block, names, **where):
        add_all(section, block, names, **where)
        for name, cell in [("counts", "count"), ("percent", "percent"), ("score", "score")]:
            for option, value in block[name].items():
                add(section, cell, value, option=option, **where)

    add_all("survey", document["survey"])
    add_all("release", document, ["number", "as_of", "sha256"])
    add("release", "audit_length", document["audit"]["length"])
    add("release", "audit_head", document["audit"]["head"])
    add_all("forms", document, ["issued", "returned", "valid"])
    for option in document["scale"]:
        add_all("scale", option, ["label", "weight_per_mille"], option=option["code"])
    for block in document["questions"]:
        names = ["text", "weight", "n", "dont_know", "skipped", "score_total"]
        add_block("question", block, names, question=block["no"])
    if document["total"]:
        add_block("total", document["total"], ["n", "score_total", "bases_differ", "sum_of_question_scores"])
    add("total", "final_score", document["final_score"])
    add_measures("measures", document["measures"])
    target = document["target"]
    add("target", "target", target["value"], measure=target["measure"])
    add("target", "met", target["met"], measure=target["measure"])
    if document["intervals"]:
        names = ["level", "people", "answered", "strata", "coverage_percent"]
        add_all("intervals", document["intervals"], names)
        add_intervals("intervals", document["intervals"])
    for other in document["other_weights"]:
        for option, weight in zip(document["scale"], other["weights_per_mille"]):
            add("other_weights", "weight_per_mille", weight, kind=other["name"], option=option["code"])
        add("other_weights", "value", other["weighted_score"], kind=other["name"], measure="weighted_score")
    for group in document["groups"]:
        where = {"group_by": group["by"]}
        where.update({name: group[name] for name in ["unit", "kind"] if name in group})
        if group["by"] == "unit":
            names = ["name", "parent", "level", "depth", "issued", "eligible", "voided"]
            add_all("group", group, names, **where)
            for name in ["returned", "response_rate"]:
                add("group", name, "hidden" if group["returned"] is None else group[name], **where)
        if group["hidden"]:
            hidden = dict.fromkeys(MEASURES, "hidden")
            add("group", "n", "hidden", **where)
            add_measures("group", hidden, **where)
            of_measure = dict.fromkeys(["estimate", "low", "high"], "hidden")
            add_intervals("group", dict.fromkeys(MEASURES, of_measure), **where)
        else:
            add("group", "n", group["n"], **where)
            add_measures("group", group["measures"], **where)
            add_intervals("group", group["intervals"], **where)
    add_all("response_rates", document["response_rates"])
    if document["quality"]:
        add_all("quality", document["quality"])
    for stratum in document["strata"]:
        add_all("stratum", stratum, ["people", "drawn"], unit=stratum["unit"])
    for voided in document.get("voided", []):
        add_all("voided", voided, ["name", "reason"], unit=voided["unit"])
    if "with_voided" in document:
        add_measures("with_voided", document["with_voided"])
    add("method", "text", document["method"])
    return values
