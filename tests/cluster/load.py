"""Clients that write and read all the time, try again what may be tried again, and keep a ledger of what they were told."""

import collections
import http.client
import itertools
import json
import random
import threading
import time

PASSWORD = "correct horse battery"
# As long as a person waits who was told that it takes a moment.
PATIENCE = 60


class Ledger:
    """What was acknowledged, and what clients saw on the way."""

    def __init__(self):
        self._lock = threading.Lock()
        self.titles = collections.defaultdict(list)  # of a writer's user: (title, id)
        self.acknowledged = collections.defaultdict(list)  # of a way to the database: when
        self.seen = collections.Counter()

    def wrote(self, way, user, title, id):
        with self._lock:
            self.titles[user].append((title, id))
            self.acknowledged[way, "write"].append(time.monotonic())

    def read(self, way):
        with self._lock:
            self.acknowledged[way, "read"].append(time.monotonic())

    def saw(self, what):
        with self._lock:
            self.seen[what] += 1

    def any_of(self, user):
        with self._lock:
            titles = self.titles.get(user)
            return random.choice(titles) if titles else None

    def count(self, way, what):
        return len(self.acknowledged[way, what])

    def outage(self, way, what, since):
        """The longest time without an answer that began about then, and when it was over."""
        with self._lock:
            moments = [moment for moment in self.acknowledged[way, what] if moment >= since - 2]
        pauses = [(after - before, after) for before, after in itertools.pairwise(moments)]
        longest, over = max(pauses, default=(float("nan"), since))
        return longest, over - since


class Client:
    """One connection to one server."""

    def __init__(self, address, ledger):
        self._host, self._port = address
        self._ledger = ledger
        self._connection = None
        self.token = None

    def ask(self, method, path, body=None, form=None):
        """An answer, which is no outage: until there is one, what may be tried again is tried again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, answer, pause = self._try(method, path, body, form)
            if status is not None and status < 500:
                return status, answer
            self._ledger.saw(f"{status} {answer.get('code', '')}".strip() if status else answer)
            # Without Retry-After nobody said that it may be tried again.
            if pause is None or time.monotonic() > deadline:
                self._ledger.saw("given up")
                return status, answer
            time.sleep(pause)

    def _try(self, method, path, body, form):
        headers = {"content-type": "application/x-www-form-urlencoded" if form else "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
            self._connection.request(method, f"/api/v1{path}", form or (body and json.dumps(body)), headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as broken:
            self._connection = None
            return None, type(broken).__name__, 0.2
        pause = answer.headers.get("retry-after")
        return answer.status, json.loads(text or "{}"), float(pause) if pause else None

    def expect(self, status, method, path, **what):
        told, answer = self.ask(method, path, **what)
        if told != status:
            raise AssertionError(f"{method} {path} answered {told} instead of {status}: {answer}")
        return answer

    def log_in(self, email):
        answer = self.expect(200, "POST", "/login/access-token", form=f"username={email}&password={PASSWORD.replace(' ', '+')}")
        self.token = answer["access_token"]
        return self

    def sign_up(self, email):
        self.expect(200, "POST", "/users/signup", body={"email": email, "password": PASSWORD})
        return self.log_in(email)


def flow(address, ledger, name):
    """What a person does first, through one server."""
    ann = Client(address, ledger).sign_up(f"{name}@example.com")
    item = ann.expect(200, "POST", "/items/", body={"title": "Buy milk"})
    listed = ann.expect(200, "GET", "/items/")
    assert listed["count"] == 1 and listed["data"][0]["id"] == item["id"], listed
    ann.expect(200, "PUT", f"/items/{item['id']}", body={"title": "Buy bread"})
    ann.expect(200, "DELETE", f"/items/{item['id']}")
    ann.expect(200, "POST", "/logout")
    ann.expect(403, "GET", "/users/me")


class Load:
    """Writers and readers of both servers, until they are stopped."""

    def __init__(self, ways, ledger, each=3):
        self._ledger = ledger
        self._over = threading.Event()
        self.faults = []
        users = [(way, address, f"{way}-{number}@example.com") for way, address in ways.items() for number in range(each)]
        for _, address, email in users:
            Client(address, ledger).sign_up(email)
        self._threads = [
            threading.Thread(target=self._run, args=(act, *user), daemon=True)
            for user in users
            for act in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE + 30)

    def _run(self, act, way, address, email):
        try:
            client = Client(address, self._ledger).log_in(email)
            for number in itertools.count():
                if self._over.wait(0.01):
                    return
                act(client, way, email, number)
        except Exception as fault:  # whatever it is, it fails the run
            self.faults.append(f"{act.__name__} by {email}: {fault!r}")

    def _write(self, client, way, email, number):
        title = f"{email} {number}"
        item = client.expect(200, "POST", "/items/", body={"title": title})
        self._ledger.wrote(way, email, title, item["id"])

    def _read(self, client, way, email, _):
        chosen = self._ledger.any_of(email)
        if chosen is None:
            return
        title, id = chosen
        item = client.expect(200, "GET", f"/items/{id}")
        assert item["title"] == title, item
        self._ledger.read(way)
