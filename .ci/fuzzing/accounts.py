"""Whose token the requests carry: that of an account which is made anew whenever the last one is out.

Among what is tried at random are log-outs, new passwords and deletions, also of the account that tries them. Without this,
every request after the first log-out would be refused alike, and tell nothing.
"""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

API = os.environ["FUZZ_URL"] + "/api/v1"
ROLE = os.environ["FUZZ_ROLE"]
PASSWORD = "staple-battery-horse-42"


def ask(path, body=None, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if isinstance(body, dict):
        headers["Content-Type"] = "application/json"
        body = json.dumps(body)
    request = urllib.request.Request(API + path, data=body.encode() if body else None, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def make_account(email):
    if ROLE == "superuser":
        command = [os.environ["FUZZ_BINARY"], "create-superuser", "--email", email, "--password-stdin"]
        subprocess.run(command, input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
    else:
        ask("/users/signup", {"email": email, "password": PASSWORD})


def may_still(token):
    try:
        return ask("/users/me", token=token)["is_superuser"] == (ROLE == "superuser")
    except urllib.error.HTTPError:
        return False


class Account:
    def __init__(self):
        self.count = 0
        self.token = None

    def get(self, case, context):
        if self.token is None or not may_still(self.token):
            self.count += 1
            email = f"fuzz-{ROLE}-{self.count}@example.com"
            make_account(email)
            form = urllib.parse.urlencode({"username": email, "password": PASSWORD})
            self.token = ask("/login/access-token", form)["access_token"]
        return self.token

    def set(self, case, token, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # The document calls the scheme by the flow that gives the token; the check `ignored_auth` knows it by its header.
    raw_schema["components"]["securitySchemes"]["OAuth2PasswordBearer"] = {"type": "http", "scheme": "bearer"}


if ROLE != "anonymous":
    # Asked before each request.
    schemathesis.auth(refresh_interval=None)(Account)
