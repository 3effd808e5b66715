// SPDX-License-Identifier: Apache-2.0
//
// A Node.js client of the echo service: only the net module, which takes a pipe path where a port would stand.
//
//   client.js echo PIPE TEXT       sends TEXT and prints what comes back
//   client.js transfer PIPE MIB    sends pseudo-random bytes while it reads the echo, and compares the hashes
//   client.js die PIPE             sends some bytes, then dies without closing
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const net = require('net')

const CHUNK = 65536

function fail(error) {
  fs.writeSync(2, `client.js: ${error.message || error}\n`)
  process.exit(1)
}

// A write to descriptor 1 rather than console.log, which fails where there is no Windows console.
function print(line) {
  fs.writeSync(1, line + '\n')
}

function connect(name) {
  const socket = net.connect(/[\\/]/.test(name) ? name : '\\\\.\\pipe\\' + name)
  socket.on('error', fail)
  socket.on('end', () => fail('the service closed the connection'))
  return socket
}

function echo(socket, text) {
  const sent = Buffer.from(text)
  const received = []
  let length = 0
  socket.on('data', data => {
    received.push(data)
    length += data.length
    if (length >= sent.length) {
      print(Buffer.concat(received).toString())
      process.exit(0)
    }
  })
  socket.write(sent)
}

function* pseudoRandomChunks(count) {
  let state = 0x2545f491
  while (count-- > 0) {
    const words = new Uint32Array(CHUNK / 4)
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    yield Buffer.from(words.buffer)
  }
}

function transfer(socket, mib) {
  const total = mib * 1048576
  const sent = crypto.createHash('sha256')
  const received = crypto.createHash('sha256')
  let length = 0
  socket.on('data', data => {
    received.update(data)
    length += data.length
    if (length >= total) {
      report(total, length, sent.digest('hex'), received.digest('hex'))
    }
  })
  const chunks = pseudoRandomChunks(total / CHUNK)
  const writeOn = () => {
    for (let next = chunks.next(); !next.done; next = chunks.next()) {
      sent.update(next.value)
      if (!socket.write(next.value)) {
        return
      }
    }
  }
  socket.on('drain', writeOn)
  writeOn()
}

function report(sent, received, sentHash, receivedHash) {
  const match = sent === received && sentHash === receivedHash
  print(`sent ${sent} bytes, received ${received} bytes, sha256 ${receivedHash} ${match ? 'match' : 'MISMATCH'}`)
  process.exit(match ? 0 : 1)
}

// On Windows this signal is TerminateProcess: no handler runs and no socket is closed by Node.js.
function die(socket) {
  socket.write('last words', () => process.kill(process.pid, 'SIGKILL'))
}

const [command, pipe, argument] = process.argv.slice(2)
if (command === 'echo' && pipe && argument) {
  echo(connect(pipe), argument)
} else if (command === 'transfer' && pipe && Number.isInteger(Number(argument)) && argument > 0) {
  transfer(connect(pipe), Number(argument))
} else if (command === 'die' && pipe) {
  die(connect(pipe))
} else {
  fs.writeSync(2, 'usage: client.js echo PIPE TEXT | transfer PIPE MIB | die PIPE\n')
  process.exit(2)
}
