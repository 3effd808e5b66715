// SPDX-License-Identifier: Apache-2.0
//
// The npm package vertx3-tcp-eventbus-client, as it is, with the path of a pipe in the place of the port.
//
//   eventbus.js PIPE     plays all a client does, and says each step that went as it should
//
// The package, and what it needs itself, are looked for in the folder NODE_PATH.
'use strict'
const fs = require('fs')
// It says so of every pong, and console.warn fails where there is no Windows console.
console.warn = () => {}

let ending = false

function fail(error) {
  fs.writeSync(1, `eventbus.js: ${error.stack || JSON.stringify(error)}\n`)
  process.exit(1)
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
const EventBus = require('vertx3-tcp-eventbus-client/lib/tcp-vertx-eventbus')

function passed(step) {
  fs.writeSync(1, step + '\n')
}

function expect(condition, what) {
  if (!condition) fail(new Error('not as expected: ' + JSON.stringify(what)))
}

function connect(pipe) {
  return new Promise(resolve => {
    const bus = new EventBus(undefined, pipe, { vertxbus_ping_interval: 200 })
    bus.onerror = fail
    // Those of its connection the package would write to the console. A ping may meet the end of one that is ended.
    bus.transport.removeAllListeners('error').on('error', error => { if (!ending) fail(error) })
    bus.onopen = () => resolve(bus)
  })
}

function ask(bus, address, body, headers) {
  return new Promise(resolve => bus.send(address, body, headers || {}, (error, message) => resolve({ error, message })))
}

async function main(pipe) {
  let bus = await connect(pipe)
  const greeting = await ask(bus, 'echo', { name: 'Node' }, { from: 'node' })
  expect(greeting.message.body.name === 'Node' && greeting.message.headers.from === 'node', greeting)
  passed('request-reply')

  const failure = await ask(bus, 'fail', 1)
  expect(failure.error.failureCode === 7 && failure.error.failureType === 'RECIPIENT_FAILURE' &&
    failure.error.message === 'on purpose', failure)
  const nobody = await ask(bus, 'nobody', 1)
  expect(nobody.error.failureType === 'NO_HANDLERS', nobody)
  passed('error reply')

  const news = new Promise(resolve => bus.registerHandler('news', (error, message) => resolve({ error, message })))
  bus.publish('news', 'to all')
  const heard = await news
  expect(heard.message.body === 'to all' && heard.message.send === false, heard)
  passed('register and publish')

  bus.registerHandler('ask.node', (error, message) => message.reply('Node heard ' + message.body))
  const asked = await ask(bus, 'ask.me', 'ask.node')
  expect(asked.message.body === 'Node heard you', asked)
  passed('answer')

  const large = 'x\u20ac'.repeat(50000)
  for (let i = 0; i < 5; i++) {
    const echoed = await ask(bus, 'echo', { large, i })
    expect(echoed.message.body.large === large && echoed.message.body.i === i, 'another body of 200 kB')
  }
  passed('200 kB')

  const closed = new Promise(resolve => { bus.onclose = resolve })
  ending = true
  bus.send('disconnect', null)
  await closed
  ending = false
  bus = await connect(pipe)
  expect((await ask(bus, 'echo', 'again')).message.body === 'again', 'after the reconnect')
  passed('reconnect')
  ending = true
  bus.transport.end()
}

main(process.argv[2])
