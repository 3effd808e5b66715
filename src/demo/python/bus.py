# SPDX-License-Identifier: Apache-2.0
"""A CPython client of the event-bus bridge: a pipe is a file.

  bus.py ask PIPE ADDRESS TEXT     sends a request and prints the answer
  bus.py ping PIPE                 says whether the bridge answers
"""
import json
import struct
import sys


def write(pipe, message):
  content = json.dumps(message).encode()
  # A frame is a length of four bytes, big-endian, and as many bytes of JSON.
  pipe.write(struct.pack(">i", len(content)) + content)


def read_exactly(pipe, count):
  data = b""
  while len(data) < count:
    part = pipe.read(count - len(data))
    if not part:
      raise EOFError("the bridge closed the connection")
    data += part
  return data


def read(pipe):
  (length,) = struct.unpack(">i", read_exactly(pipe, 4))
  return json.loads(read_exactly(pipe, length))


def ask(name, address, text):
  with open("\\\\.\\pipe\\" + name, "r+b", buffering=0) as pipe:
    write(pipe, {"type": "send", "address": address, "replyAddress": "answer", "body": text})
    answer = read(pipe)
  if answer["type"] == "err":
    print("failed: " + answer["message"], flush=True)
    return 1
  print(answer["body"], flush=True)
  return 0


def ping(name):
  with open("\\\\.\\pipe\\" + name, "r+b", buffering=0) as pipe:
    write(pipe, {"type": "ping"})
    answer = read(pipe)["type"]
  print(answer, flush=True)
  return 0 if answer == "pong" else 1


if __name__ == "__main__":
  if len(sys.argv) == 5 and sys.argv[1] == "ask":
    sys.exit(ask(*sys.argv[2:]))
  if len(sys.argv) == 3 and sys.argv[1] == "ping":
    sys.exit(ping(sys.argv[2]))
  print(__doc__, flush=True)
  sys.exit(2)
