# SPDX-License-Identifier: Apache-2.0
"""The Python client of the TCP event-bus bridge, as it is, over TCP.

  eventbus.py PORT     plays all a client does, and says each step that went as it should

The module vertx.eventbus is looked for in the folder NPIPE_PYTHON_MODULES.
"""
import os
import sys
import threading

sys.path.insert(0, os.environ["NPIPE_PYTHON_MODULES"])
from vertx.eventbus import EventBus  # noqa: E402

PATIENCE_SECONDS = 20


def passed(step):
  print(step, flush=True)


class Box:
  """What comes in the client's own thread."""

  def __init__(self):
    self.came = threading.Event()
    self.message = None

  def put(self, message):
    self.message = message
    self.came.set()

  def take(self):
    if not self.came.wait(PATIENCE_SECONDS):
      sys.exit("nothing came within %d s" % PATIENCE_SECONDS)
    self.came.clear()
    return self.message


def expect(condition, what):
  if not condition:
    sys.exit("not as expected: %r" % (what,))


def ask(bus, address, body, headers=None):
  answer = Box()
  bus.send(address, headers=headers, body=body, reply_handler=answer.put)
  return answer.take()


def main(port):
  errors = Box()
  options = {"ping_interval": 1, "retry_interval": 1, "reply_timeout": 20}
  bus = EventBus(port=port, options=options, err_handler=errors.put)
  bus.connect()
  greeting = ask(bus, "echo", {"name": "Python"}, {"from": "python"})
  expect(greeting["body"] == {"name": "Python"} and greeting["headers"]["from"] == "python", greeting)
  passed("request-reply")

  bus.send("fail", body=1, reply_address="answer")
  failure = errors.take()
  expect(failure["address"] == "answer" and failure["failureCode"] == 7
    and failure["failureType"] == "RECIPIENT_FAILURE" and failure["message"] == "on purpose", failure)
  bus.send("nobody", body=1, reply_address="answer")
  nobody = errors.take()
  expect(nobody["failureType"] == "NO_HANDLERS", nobody)
  passed("error reply")

  news = Box()
  bus.register_handler("news", news.put)
  bus.publish("news", body="to all")
  heard = news.take()
  expect(heard["body"] == "to all" and heard["send"] is False, heard)
  passed("register and publish")

  large = "x\u20ac" * 50000
  for i in range(3):
    echoed = ask(bus, "echo", {"large": large, "i": i})
    expect(echoed["body"] == {"large": large, "i": i}, "another body of 200 kB")
  passed("200 kB")

  # It connects again by itself, and registers again what it had registered.
  bus.send("disconnect")
  for _ in range(PATIENCE_SECONDS * 5):
    try:
      bus.publish("news", body="again")
    except OSError:
      pass
    if news.came.wait(0.2):
      break
  heard = news.take()
  expect(heard["body"] == "again", heard)
  passed("reconnect")
  bus.close()


if __name__ == "__main__":
  main(int(sys.argv[1]))
  # Its threads would keep the process.
  os._exit(0)
