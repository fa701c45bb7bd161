"""Network namespaces joined by a bridge: machines of a cluster, on one machine."""

import os
import subprocess
from pathlib import Path


class Network:
    """Namespaces with an address each; what runs in one reaches the others by network alone."""

    def __init__(self, machines: int) -> None:
        self.name = f"cg{os.getpid() % 100_000}"
        self.hosts: dict[str, str] = {}
        self._ip("netns", "add", self._hub)
        self._ip("-n", self._hub, "link", "add", "bridge", "type", "bridge")
        self._ip("-n", self._hub, "link", "set", "bridge", "up")
        for number in range(1, machines + 1):
            self._join(f"{self.name}-{number}", number)

    @property
    def _hub(self) -> str:
        return f"{self.name}-hub"

    def _join(self, machine: str, number: int) -> None:
        plug = f"plug{number}"
        self._ip("netns", "add", machine)
        self._ip(
            "-n", self._hub, "link", "add", plug, "type", "veth", "peer", "eth0", "netns", machine
        )
        self._ip("-n", self._hub, "link", "set", plug, "master", "bridge", "up")
        address = f"10.213.0.{number}"
        self._ip("-n", machine, "address", "add", f"{address}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            self._ip("-n", machine, "link", "set", device, "up")
        self.hosts[machine] = address

    def inside(self, machine: str, *words: str) -> list[str]:
        """Return the command that runs `words` on that machine.

        It has shared memory of its own: what is in there ends with the machine.
        """
        own_memory = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
        return ["ip", "netns", "exec", machine, "sh", "-c", own_memory, "sh", *words]

    def remove(self) -> None:
        for machine in [*self.hosts, self._hub]:
            for process in Path("/run/netns").glob(machine):
                subprocess.run(["ip", "netns", "del", process.name], check=False)

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)
