# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds a running daemon's answers against the description that it serves: nothing in them that is not described, and
nothing described that they lack."""

import json
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator

ROOT = "/api/v1"
QUERY = {"/report": "?from=2026-01-01&to=2027-12-31"}  # without which it is refused
DRY = ["hold", "slate", "fill"]  # whatever is on air
# method, path, headers, body, status
REFUSED = [
    ("GET", "/rundown?from=never", {}, None, 400),
    ("GET", "/media?limit=0", {}, None, 400),
    ("GET", "/media/none.mp4/thumbnail", {}, None, 404),
    ("GET", "/media/uploads/none", {}, None, 404),
    ("POST", "/commands/hold", {"If-Match": '"another"'}, {}, 412),
    ("POST", "/commands/extend", {}, {"by": "long"}, 400),
    ("POST", "/commands/extend", {}, {"by": 5}, 400),
    ("POST", "/alarms/acknowledge", {}, {"id": "none", "who": "a"}, 404),
    ("POST", "/alarms/acknowledgements", {}, {"ids": [], "who": "a"}, 400),
    ("POST", "/alarms/acknowledgements", {}, {"ids": ["a", 5]}, 400),
    ("POST", "/schedules/rollback", {}, {"revision": "none"}, 404),
    ("PATCH", "/users/nobody", {}, {"role": "viewer"}, 404),
    ("DELETE", "/tokens/none", {}, None, 404),
]


def close(schema):
    """A described object has no members but those described."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type", "object") != "string":
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)


class Described:
    def __init__(self, url):
        self.url = url + ROOT
        self.api = self.ask("GET", "/openapi.json")[2]
        close(self.api["components"])
        close(self.api["paths"])
        self.faults = []

    def ask(self, method, path, headers=None, body=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, method=method, headers=headers, data=data)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get_content_type(), json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get_content_type(), json.loads(error.read())

    def operation(self, method, path):
        asked = path.split("?")[0].split("/")
        for pattern, methods in self.api["paths"].items():
            words = pattern.split("/")
            if len(words) == len(asked) and all(a == b or b.startswith("{") for a, b in zip(asked, words)):
                return methods[method.lower()]
        raise KeyError(path)

    def judge(self, method, path, answer, wanted):
        status, kind, value = answer
        if status != wanted:
            self.faults.append(f"{method} {path} answered {status}, not {wanted}: {value}")
        response = self.operation(method, path)["responses"].get(str(status), {})
        for name in filter(None, [response.get("$ref")]):
            response = self.api["components"]["responses"][name.rsplit("/", 1)[1]]
        schema = response.get("content", {}).get(kind, {}).get("schema")
        if schema is None:
            self.faults.append(f"{method} {path}: {status} with {kind} is not described")
            return
        for fault in Draft202012Validator({**schema, "components": self.api["components"]}).iter_errors(value):
            self.faults.append(f"{method} {path}: {list(fault.absolute_path)}: {fault.message[-300:]}")

    def reads(self):
        """Every read that answers in JSON and is of no one thing."""
        asked = 0
        for path, methods in self.api["paths"].items():
            described = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
            if "application/json" in described and "{" not in path and path != "/openapi.json":
                self.judge("GET", path, self.ask("GET", path + QUERY.get(path, "")), 200)
                asked += 1
        return asked

    def commands(self):
        for verb in DRY:
            path = f"/commands/{verb}"
            self.judge("POST", path, self.ask("POST", path, None, {"dry_run": True}), 200)
        path = "/alarms/acknowledgements"
        self.judge("POST", path, self.ask("POST", path, None, {"ids": ["none"]}), 200)

    def refusals(self):
        for method, path, headers, body, status in REFUSED:
            self.judge(method, path, self.ask(method, path, headers, body), status)


def check(url):
    described = Described(url)
    asked = described.reads()
    described.commands()
    described.refusals()
    return {"asked": asked, "faults": described.faults}
