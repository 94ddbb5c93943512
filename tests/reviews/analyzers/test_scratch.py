import os
import signal
import subprocess
import sys

import pytest

from reviews.analyzers.scratch import scratch_folder
from tests.processes import ROOT
from tests.services import wait_until


@pytest.fixture
def scratch(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    return tmp_path / "scratch"


def left(scratch) -> list[str]:
    return [path.name for path in scratch.iterdir()]


def test_a_folder_is_gone_with_its_lock_when_the_work_is_done(scratch):
    with scratch_folder() as folder:
        (folder / "module.py").write_text("secret = 1")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert left(scratch) == []


def test_a_folder_is_gone_when_the_work_fails(scratch):
    with pytest.raises(RuntimeError), scratch_folder():
        raise RuntimeError
    assert left(scratch) == []


def test_two_at_once_leave_each_other_alone(scratch):
    with scratch_folder() as first, scratch_folder() as second:
        assert first.is_dir()
        assert first != second


def test_what_a_killed_process_left_is_removed_by_the_next(scratch, tmp_path):
    code = """if True:
        import django, os, time
        django.setup()
        from reviews.analyzers.scratch import scratch_folder
        with scratch_folder() as folder:
            (folder / "module.py").write_text("secret = 1")
            time.sleep(600)
    """
    environment = {**os.environ, "KODUS_STATE_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kodus_queue.settings"}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment) as process:
        wait_until(lambda: list(scratch.glob("*/module.py")) != [], seconds=60, what="the file")
        with scratch_folder():
            assert len(list(scratch.glob("*/module.py"))) == 1  # it is alive
        process.send_signal(signal.SIGKILL)
    with scratch_folder() as folder:
        assert [path for path in scratch.iterdir() if path.is_dir()] == [folder]
