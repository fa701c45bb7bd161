"""How much one submission may take of the machine. The values are in nbgrader_config.py."""

from traitlets import Integer
from traitlets.config import LoggingConfigurable

from nbexaminer.sandbox.bubblewrap import Space

MEGABYTE = 1 << 20


class SandboxLimits(LoggingConfigurable):
    """The limits of one sandbox; they hold for each kernel, from its start to its end."""

    cpu_seconds = Integer(120, help="CPU time of all its processes together.").tag(config=True)
    wall_seconds = Integer(600, help="Time from its start until it is ended.").tag(config=True)
    memory_megabytes = Integer(2048, help="Memory of all its processes together.").tag(config=True)
    address_space_megabytes = Integer(
        4096, help="Address space of one process: past it, Python raises MemoryError."
    ).tag(config=True)
    processes = Integer(64, help="Processes and threads at one time.").tag(config=True)
    open_files = Integer(256, help="Files that one process may have open.").tag(config=True)
    file_megabytes = Integer(64, help="Size of one file that it writes.").tag(config=True)
    files = Integer(10_000, help="Files and folders that it may make.").tag(config=True)
    home_megabytes = Integer(64, help="Everything in its home folder.").tag(config=True)
    tmp_megabytes = Integer(64, help="Everything in its /tmp.").tag(config=True)
    shared_memory_megabytes = Integer(64, help="Everything in its /dev/shm.").tag(config=True)
    output_characters = Integer(
        1_000_000, help="Text that one cell may print before the rest is dropped in the kernel."
    ).tag(config=True)
    message_megabytes = Integer(
        16, help="Largest part of a message that is taken from a kernel."
    ).tag(config=True)

    unread_megabytes = Integer(
        512, help="Growth of the grading process while it runs: what it sent, and nobody read yet."
    ).tag(config=True)

    @property
    def message_bytes(self) -> int:
        """The largest part of a message that is taken from a kernel."""
        return int(self.message_megabytes) * MEGABYTE

    def of_a_process(self) -> dict[str, int]:
        """Return what the kernel asks of the system for itself, by names of `resource`."""
        return {
            "AS": self.address_space_megabytes * MEGABYTE,
            "CORE": 0,
            "CPU": self.cpu_seconds,
            "FSIZE": self.file_megabytes * MEGABYTE,
            "MSGQUEUE": 0,
            "NOFILE": self.open_files,
            "NPROC": self.processes,
        }

    def space(self) -> Space:
        """Return the sizes of what it may write to."""
        return Space(
            home=self.home_megabytes * MEGABYTE,
            tmp=self.tmp_megabytes * MEGABYTE,
            shared_memory=self.shared_memory_megabytes * MEGABYTE,
        )
