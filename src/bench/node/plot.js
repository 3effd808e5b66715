// SPDX-License-Identifier: Apache-2.0
//
// Plots: a panel for each case, in it a bar for each pair and a whisker from the least to the greatest round.
'use strict'
const { REFERENCE, higherIsBetter, byMerit, pairName, format } = require('./results.js')

const COLUMNS = 2
const PANEL = 460
const LABEL = 130
const BAR = 210
const ROW = 18
const HEAD = 34
const OURS = ['npipe', 'npipe-shared', 'netsocket', 'http']

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

function colour({ server, client }) {
  if (client === REFERENCE && server === REFERENCE) {
    return '#555555'
  }
  return OURS.includes(client) ? '#2a6fb0' : '#c9a15b'
}

function bar(row, at, scale) {
  const width = value => (value * scale).toFixed(1)
  const middle = at + ROW / 2 - 3
  const from = LABEL + Number(width(row.min))
  const to = LABEL + Number(width(row.max))
  return [`<text x="${LABEL - 6}" y="${at + 10}" text-anchor="end">${escape(pairName(row))}</text>`,
    `<rect x="${LABEL}" y="${at}" width="${width(row.median)}" height="${ROW - 6}" fill="${colour(row)}"/>`,
    `<path d="M${from.toFixed(1)} ${middle}H${to.toFixed(1)}M${from.toFixed(1)} ${middle - 3}v6` +
      `M${to.toFixed(1)} ${middle - 3}v6" stroke="#000000" fill="none"/>`,
    `<text x="${Math.max(to, LABEL + Number(width(row.median))) + 6}" y="${at + 10}">${format(row.median)}</text>`].join('\n')
}

function panel({ name, metric, label, rows }, x, y) {
  const scale = BAR / Math.max(...rows.map(row => row.max), Number.MIN_VALUE)
  const better = higherIsBetter(metric) ? 'more is better' : 'less is better'
  return [`<g transform="translate(${x} ${y})">`,
    `<text x="0" y="14" font-weight="bold">${escape(name)}</text>`,
    `<text x="${LABEL}" y="14">${escape(label)}, ${better}</text>`,
    ...byMerit(rows).map((row, i) => bar(row, HEAD - 10 + i * ROW, scale)), '</g>'].join('\n')
}

// Panels of {name, metric, label, rows}; those without rows are left out.
function plot(panels) {
  const drawn = panels.filter(({ rows }) => rows.length > 0)
  const heights = new Array(COLUMNS).fill(10)
  const parts = drawn.map(content => {
    const column = heights.indexOf(Math.min(...heights))
    const part = panel(content, 10 + column * PANEL, heights[column])
    heights[column] += HEAD + content.rows.length * ROW + 14
    return part
  })
  const [width, height] = [COLUMNS * PANEL + 10, Math.max(...heights)]
  return [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
    ' font-family="sans-serif" font-size="11">', `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
  ...parts, '</svg>', ''].join('\n')
}

module.exports = { plot }
