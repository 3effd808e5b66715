// SPDX-License-Identifier: Apache-2.0
//
// Writes what JMH has found into docs/performance: jmh.json as JMH wrote it, without what differs from machine to machine
// only by where things are, and jmh.md.
//
//   jmh.js RESULTS MACHINE
'use strict'
const fs = require('fs')
const { readPairs } = require('./results.js')

const FOLDER = 'docs/performance'

const [resultsFile, machineFile] = process.argv.slice(2)
const results = JSON.parse(fs.readFileSync(resultsFile, 'utf8')).map(({ jvm, jvmArgs, ...result }) => result)
const machine = readPairs(machineFile)
const number = value => Number.isFinite(Number(value)) ? Number(value).toPrecision(3) : ''

const lines = results.map(({ benchmark, params, primaryMetric: metric }) => {
  const [type, method] = benchmark.split('.').slice(-2)
  const name = `${type}.${method}${params ? ` (${Object.entries(params).map(pair => pair.join(' ')).join(', ')})` : ''}`
  return `| ${name} | ${number(metric.score)} | ${number(metric.scoreError)} | ${metric.scoreUnit} |`
})

fs.mkdirSync(FOLDER, { recursive: true })
fs.writeFileSync(`${FOLDER}/jmh.json`, JSON.stringify({ machine, results }, null, 1) + '\n')
fs.writeFileSync(`${FOLDER}/jmh.md`, ['# Micro-benchmarks', '',
  'Written by `bin/bench jmh`; each benchmark says in `src/bench/jmh` what it does. The error is half of the interval that',
  'holds the mean with 99.9 %.', '', '| | time | error | |', '|---|---:|---:|---|', ...lines, '',
  ...Object.entries(machine).map(([key, value]) => `- ${key}: \`${value}\``), ''].join('\n'))
