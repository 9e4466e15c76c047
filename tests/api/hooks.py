"""What schemathesis has to know of the server: its keys, and surveys that there are."""

import itertools
import os

import schemathesis

KEYS = itertools.cycle(os.environ["KEYS"].split()) if os.environ["KEYS"] else itertools.repeat(None)
SURVEYS = itertools.cycle(os.environ["SURVEYS"].split())
CARDS = itertools.cycle(os.environ["CARDS"].split())
TURN = itertools.count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    # Two of three times something that there is: with an invented one nothing would be seen but 404.
    if path_parameters and next(TURN) % 3:
        for name, there in [("survey", SURVEYS), ("scorecard", CARDS), ("code", itertools.repeat("A111"))]:
            if name in path_parameters and "links/" not in context.operation.path:
                path_parameters[name] = next(there)
    return path_parameters


INDICATOR = {"code": "A", "name": "满意度", "weight": "100", "kind": "qualitative"}

GOOD = {
    "/roster": lambda turn: {"people": [{"unit": "I1", "ref": f"P{turn}", "name": "某某"}]},
    "/links": lambda turn: {"people": [{"unit": "I1", "ref": f"L{turn}"}]},
    "/export": lambda turn: {"reason": "核对"},
    "/seal": lambda turn: {"action": ["ask", "withdraw"][turn // 2 % 2]},
    "/scorecards": lambda turn: {
        "title": f"评分表 {turn}", "programme": "托养服务", "year": 2022, "unit": "市残联", "indicators": [INDICATOR]
    },
    "/{code}": lambda turn: {"score": "2.5", "reason": "缺一份记录"},
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
