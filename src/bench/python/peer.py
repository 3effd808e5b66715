# SPDX-License-Identifier: Apache-2.0
"""The CPython peer of the benchmark: asyncio, whose proactor event loop serves named pipes and connects to them.

Command line, warm-up and output as described in ../c/peer.c.
"""
import asyncio
import os
import sys
import time

WARMUP_ROUND_TRIPS = 20000
MEBIBYTE = 1 << 20
PIECE = 65536
IDLE_BASE = 100
IDLE_PAUSE_SECONDS = 3
USAGE = """usage: peer.py server PIPE
       peer.py sink PIPE ANSWER
       peer.py pingpong PIPE ITERATIONS SIZE CONNECTIONS
       peer.py stream|oneway|duplex PIPE TOTAL_MIB CHUNK
       peer.py connect PIPE ITERATIONS SIZE
       peer.py idle PIPE CONNECTIONS
"""


class Echo(asyncio.Protocol):

  def connection_made(self, transport):
    self.transport = transport

  def data_received(self, data):
    self.transport.write(data)

  def pause_writing(self):
    self.transport.pause_reading()

  def resume_writing(self):
    self.transport.resume_reading()


class Sink(asyncio.Protocol):
  """Takes what arrives, and sends so many bytes for each MiB of it at the pace they are taken."""

  PIECES = bytes(PIECE)

  def __init__(self, answer):
    self.answer = answer
    self.received = self.owed = 0
    self.full = False

  def connection_made(self, transport):
    self.transport = transport

  def data_received(self, data):
    before = self.received // MEBIBYTE
    self.received += len(data)
    self.owed += (self.received // MEBIBYTE - before) * self.answer
    self.write_on()

  def write_on(self):
    while self.owed > 0 and not self.full:
      length = min(PIECE, self.owed)
      self.owed -= length
      self.transport.write(self.PIECES if length == PIECE else self.PIECES[:length])

  def pause_writing(self):
    self.full = True

  def resume_writing(self):
    self.full = False
    self.write_on()


class Client(asyncio.Protocol):
  """Calls on_data with the number of bytes, and on_drain."""

  def __init__(self):
    self.full = self.closing = False
    self.on_data = self.on_drain = None
    self.made = asyncio.get_running_loop().create_future()

  def connection_made(self, transport):
    self.transport = transport
    self.made.set_result(None)

  def data_received(self, data):
    self.on_data(len(data))

  def pause_writing(self):
    self.full = True

  def resume_writing(self):
    self.full = False
    if self.on_drain:
      self.on_drain()

  def connection_lost(self, error):
    if not self.closing:
      sys.stderr.write(f"peer.py: {error or 'the server closed the connection'}\n")
      os._exit(1)

  def close(self):
    self.closing = True
    self.transport.close()


async def connect(path):
  _, client = await asyncio.get_running_loop().create_pipe_connection(Client, path)
  await client.made
  return client


def warmup_seconds():
  return float(os.environ.get("WARMUP") or 5)


def deadline_of(began, limit):
  return began + limit if limit > 0 else float("inf")


def percentiles(samples):
  samples.sort()
  at = lambda permille: samples[len(samples) * permille // 1000] * 1e6
  return f"p50_us={at(500):.1f} p99_us={at(990):.1f} p999_us={at(999):.1f}"


class PingPong:
  """Round trips on all connections at once: so many in all, or as many as the limit allows."""

  def __init__(self, trips, payload, limit):
    self.trips, self.payload = trips, payload
    self.samples = []
    self.begun = 0
    self.finished = asyncio.get_running_loop().create_future()
    self.began = time.perf_counter()
    self.deadline = deadline_of(self.began, limit)

  async def run(self, connections):
    for connection in connections:
      self.start(connection)
    await self.finished
    return time.perf_counter() - self.began

  def start(self, connection):
    got = 0
    sent_at = 0.0

    def trip():
      nonlocal sent_at
      now = time.perf_counter()
      if self.begun < self.trips and now < self.deadline:
        self.begun += 1
        sent_at = now
        connection.transport.write(self.payload)

    def on_data(length):
      nonlocal got
      got += length
      if got == len(self.payload):
        got = 0
        self.samples.append(time.perf_counter() - sent_at)
        trip()
        if len(self.samples) == self.begun:
          self.finished.set_result(None)

    connection.on_data = on_data
    trip()


async def pingpong(path, trips, size, count):
  payload = b"x" * size
  connections = [await connect(path) for _ in range(count)]
  if warmup_seconds() > 0:
    await PingPong(WARMUP_ROUND_TRIPS, payload, warmup_seconds()).run(connections)
  measured = PingPong(trips, payload, 0)
  seconds = await measured.run(connections)
  print(f"us_per_rt={seconds * 1e6 / trips:.1f} msgs_per_s={trips / seconds:.0f}"
        f" MB_per_s={trips * size / seconds / 1e6:.2f} {percentiles(measured.samples)}", flush=True)


async def stream_run(connection, chunk, total, answer, limit):
  """Writes so many bytes, or as many as the limit allows, until all that is due has come back."""
  finished = asyncio.get_running_loop().create_future()
  began = time.perf_counter()
  deadline = deadline_of(began, limit)
  goal, sent, got = total, 0, 0

  def finish():
    if got == (goal if answer == 0 else goal // MEBIBYTE * answer) and not finished.done():
      finished.set_result(None)

  def write_on():
    nonlocal sent, goal
    while sent < goal and not connection.full:
      if (answer == 0 or sent % MEBIBYTE == 0) and time.perf_counter() >= deadline:
        goal = sent
        finish()
        return
      length = min(len(chunk), goal - sent)
      sent += length
      connection.transport.write(chunk if length == len(chunk) else chunk[:length])

  def on_data(length):
    nonlocal got
    got += length
    finish()

  connection.on_data, connection.on_drain = on_data, write_on
  write_on()
  await finished
  return time.perf_counter() - began, goal


async def stream(path, mib, size, answer):
  chunk = b"x" * size
  connection = await connect(path)
  if warmup_seconds() > 0:
    whole = max(1, WARMUP_ROUND_TRIPS * size // MEBIBYTE)
    await stream_run(connection, chunk, whole * MEBIBYTE, answer, warmup_seconds())
  seconds, total = await stream_run(connection, chunk, mib * MEBIBYTE, answer, 0)
  print(f"seconds={seconds:.3f} MB_per_s={total / seconds / 1e6:.1f}", flush=True)


async def connect_run(path, payload, count, limit):
  samples = []
  began = time.perf_counter()
  deadline = deadline_of(began, limit)
  while len(samples) < count and time.perf_counter() < deadline:
    connect_began = time.perf_counter()
    connection = await connect(path)
    await PingPong(1, payload, 0).run([connection])
    connection.close()
    samples.append(time.perf_counter() - connect_began)
  return time.perf_counter() - began, samples


async def connect_rate(path, count, size):
  payload = b"x" * size
  if warmup_seconds() > 0:
    await connect_run(path, payload, WARMUP_ROUND_TRIPS, warmup_seconds())
  seconds, samples = await connect_run(path, payload, count, 0)
  print(f"us_per_conn={seconds * 1e6 / count:.1f} conns_per_s={count / seconds:.0f} {percentiles(samples)}", flush=True)


async def idle(path, count):
  payload = b"x" * 64
  connections = []

  async def more(number):
    for _ in range(number):
      connections.append(await connect(path))
      await PingPong(1, payload, 0).run(connections[-1:])

  await more(IDLE_BASE)
  print("base", flush=True)
  await asyncio.sleep(IDLE_PAUSE_SECONDS)
  await more(count)
  print(f"connections={count}", flush=True)
  await asyncio.Event().wait()


async def serve(path, factory):
  await asyncio.get_running_loop().start_serving_pipe(factory, path)
  print("ready", flush=True)
  await asyncio.Event().wait()


def work_of(command, name, *rest):
  path = name if "\\" in name or "/" in name else "\\\\.\\pipe\\" + name
  numbers = [int(number) for number in rest]
  return {
      ("server", 0): lambda: serve(path, Echo),
      ("sink", 1): lambda: serve(path, lambda: Sink(*numbers)),
      ("pingpong", 3): lambda: pingpong(path, *numbers),
      ("stream", 2): lambda: stream(path, *numbers, 0),
      ("oneway", 2): lambda: stream(path, *numbers, 1),
      ("duplex", 2): lambda: stream(path, *numbers, MEBIBYTE),
      ("connect", 2): lambda: connect_rate(path, *numbers),
      ("idle", 1): lambda: idle(path, *numbers),
  }.get((command, len(numbers)))


def main(arguments):
  valid = len(arguments) >= 2 and all(number.isdigit() and int(number) > 0 for number in arguments[2:])
  work = work_of(*arguments) if valid else None
  if work is None:
    sys.stderr.write(USAGE)
    return 2
  asyncio.run(work())
  return 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
