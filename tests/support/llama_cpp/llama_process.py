"""llama.cpp's server with one slot: run as a program, it prints its address once it answers.

    python llama_process.py MODEL TEMPLATE PORT CONTEXT

It ends when its standard input closes.
"""

import sys
from pathlib import Path

import xllamacpp  # type: ignore[import-not-found]  # in the cache folder that PYTHONPATH names

MODEL, TEMPLATE, PORT, CONTEXT = sys.argv[1:]

parameters = xllamacpp.CommonParams()
parameters.model.path = MODEL
parameters.chat_template = Path(TEMPLATE).read_text(encoding="utf-8")
parameters.use_jinja = True
parameters.port = int(PORT)
parameters.n_ctx = int(CONTEXT)
parameters.n_parallel = 1
parameters.n_batch = 256  # reading a batch cannot be interrupted
parameters.warmup = False
# More threads than idle cores spend their time in waiting for each other.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)  # noqa: T201 - whoever starts it reads this
sys.stdin.read()
