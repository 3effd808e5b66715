# SPDX-License-Identifier: Apache-2.0
"""A CPython client of the echo service: only asyncio, whose event loop on Windows connects to named pipes.

  client.py echo PIPE TEXT       sends TEXT and prints what comes back
  client.py transfer PIPE MIB    sends pseudo-random bytes while it reads the echo, and compares the hashes
  client.py die PIPE             sends some bytes, then dies without closing
"""
import asyncio
import hashlib
import os
import random
import sys

CHUNK = 65536


async def connect(name):
  path = name if "\\" in name or "/" in name else "\\\\.\\pipe\\" + name
  loop = asyncio.get_running_loop()
  reader = asyncio.StreamReader(limit=CHUNK)
  protocol = asyncio.StreamReaderProtocol(reader)
  transport, _ = await loop.create_pipe_connection(lambda: protocol, path)
  return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def echo(pipe, text):
  reader, writer = await connect(pipe)
  sent = text.encode()
  writer.write(sent)
  received = await reader.readexactly(len(sent))
  writer.close()
  print(received.decode(), flush=True)
  return 0


async def send_all(writer, total, digest):
  source = random.Random(1)
  for _ in range(total // CHUNK):
    chunk = source.randbytes(CHUNK)
    digest.update(chunk)
    writer.write(chunk)
    await writer.drain()


async def receive_all(reader, total, digest):
  received = 0
  while received < total:
    data = await reader.read(CHUNK)
    if not data:
      break
    received += len(data)
    digest.update(data)
  return received


async def transfer(pipe, mib):
  reader, writer = await connect(pipe)
  total = int(mib) * 1048576
  sent_hash, received_hash = hashlib.sha256(), hashlib.sha256()
  _, received = await asyncio.gather(
    send_all(writer, total, sent_hash), receive_all(reader, total, received_hash))
  writer.close()
  match = received == total and sent_hash.digest() == received_hash.digest()
  print(f"sent {total} bytes, received {received} bytes, sha256 {received_hash.hexdigest()}",
    "match" if match else "MISMATCH", flush=True)
  return 0 if match else 1


async def die(pipe):
  _, writer = await connect(pipe)
  writer.write(b"last words")
  await writer.drain()
  os._exit(9)


def main(arguments):
  commands = {("echo", 3): echo, ("transfer", 3): transfer, ("die", 2): die}
  command = commands.get((arguments[0], len(arguments))) if arguments else None
  if command is None:
    print("usage: client.py echo PIPE TEXT | transfer PIPE MIB | die PIPE", file=sys.stderr)
    return 2
  try:
    return asyncio.run(command(*arguments[1:]))
  except (OSError, asyncio.IncompleteReadError) as error:
    print(f"client.py: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
