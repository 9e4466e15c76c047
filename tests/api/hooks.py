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


@schemathesis.hook
def before_call(context, case, kwargs):
    # A key has a limit of requests a minute: several take turns.
    key = next(KEYS)
    headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
    case.headers = {**headers, "Authorization": f"Bearer {key}"} if key else headers
