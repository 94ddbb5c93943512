"""Serves SmolLM2 on 127.0.0.1: serve_smollm2.py WEIGHTS CONTEXT_TOKENS PORT. Ended by whoever started it."""

import signal
import sys

import xllamacpp

weights, context_tokens, port = sys.argv[1:]
settings = xllamacpp.CommonParams()
settings.model.path = weights
settings.hostnames = ["127.0.0.1"]
settings.port = int(port)
settings.n_ctx = int(context_tokens)
settings.n_parallel = 1
# More threads than free processors make it a hundred times slower, and the tests have company.
settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(settings)
signal.pause()
