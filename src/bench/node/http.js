// SPDX-License-Identifier: Apache-2.0
//
// Node.js http on a named pipe: a message is the body of a request, bytes that flow freely are the chunks of one that
// does not end.
'use strict'
const http = require('http')
const { main, sink, fail } = require('./measure.js')

const CONNECT_TIMEOUT_MS = 10000

function listen(path, answer, ready) {
  const server = http.createServer((request, response) => {
    request.on('error', () => request.destroy())
    response.on('error', () => response.destroy())
    if (request.headers['content-length']) {
      const parts = []
      request.on('data', data => parts.push(data))
      request.on('end', () => response.end(Buffer.concat(parts)))
    } else if (answer > 0) {
      sink(request, response, answer)
    } else {
      request.pipe(response)
    }
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 0
  server.on('error', fail)
  server.listen(path, ready)
}

// Each connection has an agent of its own, which keeps one socket.
function messages(path) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const connection = {
    write: data => send(data, Date.now() + CONNECT_TIMEOUT_MS),
    close: () => agent.destroy()
  }
  const send = (data, giveUp) => {
    const options = { socketPath: path, agent, method: 'POST', headers: { 'content-length': data.length } }
    const request = http.request(options, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => connection.onData(Buffer.concat(parts)))
    })
    request.on('error', error => {
      if (error.code !== 'EBUSY' || Date.now() > giveUp) {
        fail(error)
      }
      setTimeout(() => send(data, giveUp), 1)
    })
    request.end(data)
  }
  return connection
}

function bodies(path) {
  const request = http.request({ socketPath: path, agent: false, method: 'POST' }, response => {
    response.on('data', data => connection.onData(data))
    response.on('end', () => fail('the server ended the response'))
  })
  const connection = { write: data => request.write(data), close: () => request.destroy() }
  request.on('error', fail)
  request.on('drain', () => connection.onDrain && connection.onDrain())
  return connection
}

main({ listen, connect: async (path, inMessages) => inMessages ? messages(path) : bodies(path) })
