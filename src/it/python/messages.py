# SPDX-License-Identifier: Apache-2.0
"""CPython's multiprocessing.connection, which has used message-mode pipes on Windows for all its time.

  messages.py client PIPE SIZE...   sends a message of each size, and compares what comes back
  messages.py server PIPE COUNT     listens, and sends so many messages back to the one client it accepts
"""
import multiprocessing.connection
import random
import sys


def path(name):
  return "\\\\.\\pipe\\" + name


def client(name, sizes):
  with multiprocessing.connection.Client(path(name), family="AF_PIPE") as connection:
    for size in sizes:
      sent = random.randbytes(size)
      connection.send_bytes(sent)
      received = connection.recv_bytes()
      if received != sent:
        sys.exit("%d bytes came back as %d others" % (size, len(received)))
  print("%d messages match" % len(sizes))


def server(name, count):
  with multiprocessing.connection.Listener(path(name), family="AF_PIPE") as listener:
    with listener.accept() as connection:
      for _ in range(count):
        connection.send_bytes(connection.recv_bytes())
      # The client leaves first: what was sent last is read before the pipe is closed.
      try:
        connection.recv_bytes()
      except EOFError:
        print("%d messages sent back" % count)


if __name__ == "__main__":
  if sys.argv[1] == "client":
    client(sys.argv[2], [int(size) for size in sys.argv[3:]])
  else:
    server(sys.argv[2], int(sys.argv[3]))
