// SPDX-License-Identifier: Apache-2.0
//
// Node.js net on a named pipe.
'use strict'
const net = require('net')
const { main, sink, fail } = require('./measure.js')

const CONNECT_TIMEOUT_MS = 10000

function listen(path, answer, ready) {
  const server = net.createServer(socket => {
    socket.on('error', () => socket.destroy())
    if (answer > 0) {
      sink(socket, socket, answer)
    } else {
      socket.pipe(socket)
    }
  })
  server.on('error', fail)
  server.listen(path, ready)
}

async function connect(path) {
  const giveUp = Date.now() + CONNECT_TIMEOUT_MS
  for (;;) {
    try {
      return await connectOnce(path)
    } catch (error) {
      if (error.code !== 'EBUSY' || Date.now() > giveUp) {
        throw error
      }
      await new Promise(resolve => setTimeout(resolve, 1))
    }
  }
}

function connectOnce(path) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path)
    const connection = {
      write: data => socket.write(data),
      close: () => {
        socket.removeAllListeners('close')
        socket.destroy()
      }
    }
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', fail)
      socket.on('close', () => fail('the server closed the connection'))
      socket.on('data', data => connection.onData(data))
      socket.on('drain', () => connection.onDrain && connection.onDrain())
      resolve(connection)
    })
  })
}

main({ listen, connect })
