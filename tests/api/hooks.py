"""What schemathesis has to know of the server: its keys, and surveys that there are."""

import itertools
import os

import schemathesis

KEYS = itertools.cycle(os.environ["KEYS"].split()) if os.environ["KEYS"] else itertools.repeat(None)
SURVEYS = itertools.cycle(os.environ["SURVEYS"].split())
TURN = itertools.count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    # Two of three times a survey that there is: with an invented one nothing would be seen but 404.
    if path_parameters and "survey" in path_parameters and next(TURN) % 3:
        path_parameters["survey"] = next(SURVEYS)
    return path_parameters


GOOD = {
    "/units": lambda turn: {"units": [{"code": f"N{turn}", "name": "新", "parent": "C", "level": "county"}]},
    "/void": lambda turn: {"unit": "I1", "reason": "代填"},
    "/restore": lambda turn: {"unit": "I1", "reason": "代填"},
    "/rows": lambda turn: {"reason": "教学"},
}


@schemathesis.hook
def map_body(context, body):
    # One of two times what is right, so that what follows from it is seen as well.
    turn = next(TURN)
    path = context.operation.path
    good = next((made for end, made in GOOD.items() if path.endswith(end)), None)
    return good(turn) if good and turn % 2 and isinstance(body, dict) else body


@schemathesis.hook
def before_call(context, case, kwargs):
    # A key has a limit of requests a minute: several take turns.
    key = next(KEYS)
    headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
    case.headers = {**headers, "Authorization": f"Bearer {key}"} if key else headers
