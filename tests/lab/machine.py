# SPDX-License-Identifier: GPL-2.0
"""One run of QEMU: its process, the logs of its serial ports, and the places of this computer that its CPUs take."""

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

# The number of virtual CPUs that may run on this computer at the same time, over all QEMUs of the user.
PLACES = max(2, os.cpu_count() or 2)
# The capacity of a pipe in bytes, the most that a user without privileges may ask for. A boot's whole log is smaller.
PIPE_SIZE = 1 << 20

# The machines whose QEMU runs.
RUNNING = set()


def stop(*_):
    """Signal handler: kill every QEMU, so that none outlives this program."""
    for machine in list(RUNNING):
        os.kill(machine.process.pid, signal.SIGKILL)
    os._exit(1)


class SerialLog:
    """The log of a serial port.

    QEMU writes to a pipe, and a thread copies it to the file. QEMU writes with its global lock held: if it wrote to a file, a disk
    that makes it wait would stop the timers of all virtual CPUs. Dom0 then reports lockups and stalls.
    """

    def __init__(self, path):
        self.reader, self.writer = os.pipe()
        with contextlib.suppress(OSError):
            fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        self.copier = threading.Thread(target=self.copy, args=(path,), daemon=True)
        self.copier.start()

    def copy(self, path):
        with open(self.reader, "rb", buffering=0) as source, open(path, "wb", buffering=0) as log:
            while chunk := source.read(1 << 16):
                log.write(chunk)

    def argument(self):
        """The port for QEMU's command line. The process has to inherit self.writer."""
        return f"file:/dev/fd/{self.writer}"

    def started(self):
        """Closes the runner's own end, so that the log ends when QEMU does."""
        os.close(self.writer)

    def complete(self):
        """Waits until the file has all that QEMU wrote. QEMU must have ended."""
        self.copier.join()


class Machine:
    """QEMU's process, and the CPU time that it uses."""

    def __init__(self, command, ports, log):
        """Runs a command, to which it adds a serial port for each file of `ports`. `log` gets what QEMU itself prints."""
        self.ports = [SerialLog(path) for path in ports]
        for port in self.ports:
            command = [*command, "-serial", port.argument()]
        log.write((" ".join(command) + "\n").encode())
        log.flush()
        self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                                        pass_fds=[port.writer for port in self.ports])
        for port in self.ports:
            port.started()
        self.total = None
        RUNNING.add(self)
        # The timeouts are in wall-clock time. So QEMU runs before compilers, if this user may raise a priority. The threads of the
        # virtual CPUs, which do not exist yet, inherit the priority.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, -10)
            # The scheduler groups processes by session: between sessions, only the group's priority counts.
            Path(f"/proc/{self.process.pid}/autogroup").write_text("-10", encoding="ascii")

    def ended(self, how=os.WNOHANG):
        """Whether QEMU has ended, and its logs are complete. Uses wait4(), as Popen does not keep the CPU time."""
        if self.total is None:
            pid, status, usage = os.wait4(self.process.pid, how)
            if pid:
                RUNNING.discard(self)
                self.process.returncode = os.waitstatus_to_exitcode(status)
                self.total = usage.ru_utime + usage.ru_stime
                for port in self.ports:
                    port.complete()
        return self.total is not None

    def cpu(self):
        """User and system time so far, in seconds."""
        if self.ended():
            return self.total
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        if not self.ended():
            os.kill(self.process.pid, signal.SIGKILL)
            self.ended(0)


def take_places(folder, cpus):
    """Waits until as many places of this computer are free as the machine has CPUs. Returns an ExitStack that holds them.

    The locks are in the folder, for all runners of the user. With more virtual CPUs than real ones, a virtual CPU that holds a
    spinlock may not run, and a boot takes minutes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = contextlib.ExitStack()
    count = 0
    # Only the holder of this lock takes places. The kernel grants the lock to the others in the order of their requests.
    with open(folder / "qemu.queue.lock", "w", encoding="ascii") as queue:
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  waiting for another QEMU to end", flush=True)
            fcntl.flock(queue, fcntl.LOCK_EX)
        while True:
            for place in range(PLACES):
                lock = open(folder / f"qemu.{place}.lock", "w", encoding="ascii")
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    lock.close()
                    continue
                held.enter_context(lock)
                count += 1
                if count >= min(cpus, PLACES):
                    return held
            time.sleep(0.5)
