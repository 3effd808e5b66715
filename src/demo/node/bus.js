// SPDX-License-Identifier: Apache-2.0
//
// A Node.js client of the event-bus bridge: only the net module.
//
//   bus.js answer PIPE ADDRESS     registers ADDRESS, greets whoever sends the first request there, and ends
'use strict'
const fs = require('fs')
const net = require('net')

function fail(error) {
  fs.writeSync(2, `bus.js: ${error.message || error}\n`)
  process.exit(1)
}

// A frame is a length of four bytes, big-endian, and as many bytes of JSON.
function frame(message) {
  const content = Buffer.from(JSON.stringify(message))
  const header = Buffer.alloc(4)
  header.writeInt32BE(content.length)
  return Buffer.concat([header, content])
}

function answer(pipe, address) {
  const socket = net.connect('\\\\.\\pipe\\' + pipe)
  let bytes = Buffer.alloc(0)
  socket.on('error', fail)
  socket.on('data', data => {
    bytes = Buffer.concat([bytes, data])
    while (bytes.length >= 4 && bytes.length - 4 >= bytes.readInt32BE()) {
      const end = 4 + bytes.readInt32BE()
      taken(JSON.parse(bytes.subarray(4, end)))
      bytes = bytes.subarray(end)
    }
  })
  // Registering is not answered, but what comes after it is only when it stands.
  socket.write(frame({ type: 'register', address }))
  socket.write(frame({ type: 'ping' }))

  function taken(message) {
    if (message.type === 'pong') {
      fs.writeSync(1, 'registered\n')
    } else if (message.type === 'message') {
      fs.writeSync(1, `was asked: ${message.body}\n`)
      socket.end(frame({ type: 'send', address: message.replyAddress, body: `Hello ${message.body}, says Node.js` }))
    } else {
      fail(message.message)
    }
  }
}

const [command, pipe, address] = process.argv.slice(2)
if (command === 'answer' && address) {
  answer(pipe, address)
} else {
  fail('usage: bus.js answer PIPE ADDRESS')
}
