"""What keeps a database available, as Debian packages it: etcd, Patroni with PostgreSQL, HAProxy, PgBouncer."""

import json
import re
import subprocess
import urllib.request
from pathlib import Path

from machines import listens, run, status, wait_for

# How long nobody may lead before another one does, in seconds, how often Patroni looks, and how long it asks etcd again.
TTL, LOOP_WAIT, RETRY_TIMEOUT = 15, 2, 5
# Where the leader is, by HAProxy, and the same by PgBouncer before it.
LEADER, POOLER = 5000, 6432


def certificates(folder, addresses):
    """An authority, and a certificate by it for all of these addresses."""
    names = ",".join(f"IP:{address}" for address in addresses)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=authority",
        "-keyout", "ca.key", "-out", "ca.pem", cwd=folder)
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=database",
        "-keyout", "database.key", "-out", "database.csr", cwd=folder)
    (folder / "names").write_text(f"subjectAltName={names}\n")
    run("openssl", "x509", "-req", "-in", "database.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "1", "-extfile", "names", "-out", "database.pem", cwd=folder)


class Cluster:
    """Three PostgreSQL, of which one leads and another has whatever is acknowledged."""

    def __init__(self, front, machines, binaries):
        self.front, self.machines, self.binaries = front, machines, binaries
        self.folder = front.folder

    def start_etcd(self):
        here = f"http://{self.front.address}:2379"
        self.front.start("etcd", [
            "etcd", "--name", "front", "--data-dir", str(self.folder / "etcd"),
            "--listen-client-urls", here, "--advertise-client-urls", here,
            "--listen-peer-urls", "http://127.0.0.1:2380",
        ])
        wait_for("etcd", lambda: status(f"{here}/health") == 200, 20)

    def start_patroni(self, machine):
        """Starts a PostgreSQL that leads or follows, as Patroni sees fit."""
        data = self.folder / machine.name
        data.mkdir(exist_ok=True)
        run("chown", "postgres:", str(data))
        settings = data / "patroni.json"
        settings.write_text(json.dumps(self._settings(machine, data), indent=1))
        machine.start("patroni", [
            "setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "patroni", str(settings),
        ], HOME=str(data), LC_ALL="C.UTF-8")

    def _settings(self, machine, data):
        certificate = data / "certificate.key"
        certificate.write_bytes((self.folder / "database.key").read_bytes())
        certificate.chmod(0o600)
        run("chown", "postgres:", str(certificate))
        name = lambda user: {"username": user, "password": "in a network of its own"}
        return {
            "scope": "ironplate",
            "name": machine.name,
            "restapi": {"listen": f"{machine.address}:8008", "connect_address": f"{machine.address}:8008"},
            "etcd3": {"host": f"{self.front.address}:2379"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": LOOP_WAIT, "retry_timeout": RETRY_TIMEOUT,
                    # What is acknowledged is on the disks of two.
                    "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True, "use_slots": True,
                        "parameters": {"max_connections": 100, "shared_buffers": "64MB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
                "pg_hba": ["local all all trust", "host all all all trust", "host replication all all trust"],
            },
            "postgresql": {
                "listen": f"{machine.address}:5432", "connect_address": f"{machine.address}:5432",
                "data_dir": str(data / "data"), "bin_dir": str(self.binaries), "pgpass": str(data / "pgpass"),
                "authentication": {"superuser": name("postgres"), "replication": name("replicator"), "rewind": name("rewinder")},
                "parameters": {
                    "unix_socket_directories": str(data), "ssl": "on",
                    "ssl_cert_file": str(self.folder / "database.pem"), "ssl_key_file": str(certificate),
                },
            },
        }

    def members(self):
        """What Patroni says of each machine, told by the first that answers."""
        for machine in self.machines:
            try:
                with urllib.request.urlopen(f"http://{machine.address}:8008/cluster", timeout=1) as answer:
                    return {member["name"]: member for member in json.load(answer)["members"]}
            except OSError:
                continue
        return {}

    def leader(self):
        """The machine that takes writes, by its own word; None while there is none."""
        leading = [it for it in self.machines if status(f"http://{it.address}:8008/primary") == 200]
        return leading[0] if leading else None

    def switch_over(self, leader):
        """Asks Patroni for another leader, as before this one's machine is maintained."""
        request = urllib.request.Request(
            f"http://{leader.address}:8008/switchover", json.dumps({"leader": leader.name}).encode(), method="POST"
        )
        urllib.request.urlopen(request, timeout=60).close()

    def is_whole(self):
        """Whether one leads, all others follow, and one of these has whatever is acknowledged."""
        members = self.members()
        roles = sorted(member["role"] for member in members.values() if member["state"] in ("running", "streaming"))
        return len(members) == 3 and roles == ["leader", "replica", "sync_standby"]

    def query(self, statement, database="ironplate"):
        """Asks whoever leads."""
        url = f"postgres://postgres@127.0.0.1:{LEADER}/{database}"
        return run("psql", "-qtAX", "-F", "\t", url, "-c", statement).splitlines()

    def start_haproxy(self):
        servers = [f"  server {it.name} {it.address}:5432 check port 8008" for it in self.machines]
        (self.folder / "haproxy.cfg").write_text("\n".join([
            "global", "  maxconn 1000",
            "defaults", "  mode tcp", "  timeout connect 2s", "  timeout check 2s", "  timeout client 1h", "  timeout server 1h",
            "  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions",
            "listen leader", f"  bind 127.0.0.1:{LEADER}", "  option httpchk OPTIONS /primary",
            "  http-check expect status 200", *servers, "",
        ]))
        self.front.start("haproxy", ["haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")])
        wait_for("HAProxy", lambda: listens("127.0.0.1", LEADER), 10)

    def start_pgbouncer(self, command):
        """In transaction mode, if this version keeps prepared statements."""
        version = re.search(r"PgBouncer (\d+)\.(\d+)", subprocess.check_output([*command, "--version"], text=True))
        keeps_statements = tuple(map(int, version.groups())) >= (1, 21)
        (self.folder / "users.txt").write_text('"postgres" ""\n')
        (self.folder / "pgbouncer.ini").write_text("\n".join([
            "[databases]", f"* = host=127.0.0.1 port={LEADER}",
            "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {POOLER}", "unix_socket_dir =",
            "auth_type = trust", f"auth_file = {self.folder / 'users.txt'}",
            f"pool_mode = {'transaction' if keeps_statements else 'session'}",
            *(["max_prepared_statements = 200"] if keeps_statements else []),
            "default_pool_size = 20", "server_login_retry = 1", "server_connect_timeout = 3", "",
        ]))
        self.front.start("pgbouncer", [*command, "-u", "nobody", str(self.folder / "pgbouncer.ini")])
        wait_for("PgBouncer", lambda: listens("127.0.0.1", POOLER), 10)
        return f"{version.group(0)}, pool_mode = {'transaction' if keeps_statements else 'session'}"


def newest_binaries():
    """Where the newest PostgreSQL of this machine is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise RuntimeError("there is no PostgreSQL in /usr/lib/postgresql")
    return found[-1].parent
