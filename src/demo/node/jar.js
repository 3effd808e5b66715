// SPDX-License-Identifier: Apache-2.0
//
// The part of bin/demo.cmd that needs programs side by side: java -jar serves the event bus on a pipe, through which
// CPython asks Node.js.
//
//   jar.js JAR PIPE
'use strict'
const fs = require('fs')
const { spawn } = require('child_process')

const LIMIT_MS = 120000
const CONFIGURATION = 'target/demo/bridge.json'
const EXPECTED = 'Hello CPython, says Node.js'

const children = []

function end(code, message) {
  fs.writeSync(code ? 2 : 1, message + '\n')
  children.forEach(child => child.kill())
  process.exit(code)
}

function run(program, ...args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  child.said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      child.said += data
      child.emit('said')
    })
  }
  child.on('error', error => end(1, `demo: ${program}: ${error.message}`))
  return child
}

// Until the program has written this; it is an error that it ends before.
function says(child, text) {
  return new Promise(resolve => {
    child.on('said', () => child.said.includes(text) && resolve())
    child.on('close', code => child.said.includes(text)
      ? resolve() : end(1, `demo: ended with ${code} before '${text}':\n${child.said}`))
  })
}

async function main(jar, pipe) {
  const configuration = fs.readFileSync('conf/bridge.json', 'utf8').replace('"pipe": "bus"', `"pipe": "${pipe}"`)
  fs.writeFileSync(CONFIGURATION, configuration)
  await says(run('java', '-jar', jar, '-conf', CONFIGURATION), 'Succeeded in deploying verticle')
  await says(run(process.execPath, 'src/demo/node/bus.js', 'answer', pipe, 'chat.hello'), 'registered')
  await says(run('python', 'src/demo/python/bus.py', 'ask', pipe, 'chat.hello', 'CPython'), EXPECTED)
  end(0, `CPython   asked at chat.hello, and was answered: ${EXPECTED}`)
}

setTimeout(() => end(1, `demo: not done within ${LIMIT_MS / 1000} s`), LIMIT_MS)
main(...process.argv.slice(2)).catch(error => end(1, `demo: ${error.message}`))
