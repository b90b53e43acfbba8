"""Machines in a box: network namespaces on a switch of their own, whose cables can be pulled and whose power can be cut."""

import ipaddress
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

NETWORK = ipaddress.ip_network("10.99.0.0/24")


def run(*command, **options):
    """Runs a command to its end, and answers what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(what, answers, seconds):
    """Asks until it gets an answer that counts, and returns it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = answers()
        if answer:
            return answer
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} s")


def listens(address, port):
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def status(url):
    """The status of an answer to GET; None without an answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return None


class Front:
    """Where clients, servers and what stands between them and the databases run. It is on the switch, too."""

    address = str(NETWORK[1])

    def __init__(self, folder):
        self.folder = folder
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "switch", "type", "bridge")
        run("ip", "address", "add", f"{self.address}/{NETWORK.prefixlen}", "dev", "switch")
        run("ip", "link", "set", "switch", "up")

    def start(self, name, command, **environment):
        """Starts a process, whose output goes into a file of this name."""
        return start(self.folder, name, command, environment)


class Machine:
    """One machine of the cluster: an address, and whatever runs there."""

    def __init__(self, number, folder):
        self.name = f"node{number}"
        self.address = str(NETWORK[10 + number])
        self.folder = folder
        self._cable = f"cable{number}"
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "set", self._cable, "master", "switch", "up")
        run("ip", "-n", self.name, "address", "add", f"{self.address}/{NETWORK.prefixlen}", "dev", "eth0")
        run("ip", "-n", self.name, "link", "set", "eth0", "up")
        run("ip", "-n", self.name, "link", "set", "lo", "up")

    def start(self, name, command, **environment):
        """Starts a process there."""
        return start(self.folder, f"{self.name}-{name}", ["ip", "netns", "exec", self.name, *command], environment)

    def kill(self):
        """As if somebody cut the power: nothing that runs there does anything more."""
        while pids := run("ip", "netns", "pids", self.name).split():
            for pid in pids:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def cut_off(self):
        """Pulls the cable: all goes on there, and what it sends reaches nobody. Nobody is told."""
        run("ip", "link", "set", self._cable, "down")

    def connect(self):
        """Plugs the cable in again."""
        run("ip", "link", "set", self._cable, "up")


def start(folder, name, command, environment):
    with open(folder / f"{name}.log", "ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env={**os.environ, **environment}
        )
